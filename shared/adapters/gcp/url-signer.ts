import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { RectoError } from '../../domain/errors.ts';
import type { GoogleIdentity } from './google-auth.ts';
import type { GoogleApi } from './google-http.ts';
import type { UrlSigner } from './signed-url.ts';

const signedSchema = z.object({ signedBlob: z.string() });

/** Signs with the account's own key where it is here, else through IAM, which lets an account sign as itself. */
export function createUrlSigner(params: { identity: GoogleIdentity; api: GoogleApi; origin: string }): UrlSigner {
  const { identity, api, origin } = params;
  const email = async (): Promise<string> => {
    const found = await identity.email();
    if (found !== null) return found;
    throw new RectoError(
      'not_configured',
      'These credentials belong to no service account, so that no link can be signed. Impersonate one: gcloud auth application-default login --impersonate-service-account=…',
    );
  };
  return {
    email,
    sign: async (data) => {
      const own = identity.sign(data);
      if (own !== null) return own;
      const answer = await api.json({
        method: 'POST',
        url: `${origin}/v1/projects/-/serviceAccounts/${encodeURIComponent(await email())}:signBlob`,
        json: { payload: Buffer.from(data).toString('base64') },
      });
      return Buffer.from(signedSchema.parse(answer).signedBlob, 'base64');
    },
  };
}

/** For a storage server that checks no signatures: something of the right form. */
export function standInSigner(): UrlSigner {
  const key = randomBytes(32);
  return {
    email: async () => 'stand-in@localhost',
    sign: async (data) => createHmac('sha256', key).update(data).digest(),
  };
}
