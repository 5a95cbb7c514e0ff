import { RectoError } from '../../domain/errors.ts';
import { GoogleApiError } from './google-errors.ts';
import type { Authorize } from './google-http.ts';

/** Who this process is towards Google. */
export interface GoogleIdentity {
  /** `Authorization` with an access token of the scope `cloud-platform`. */
  authorize: Authorize;
  /** `Authorization` with an identity token for a service of our own (Cloud Run checks audience and caller). */
  authorizeFor(audience: string): Authorize;
  /** E-mail of the service account; null where there is none (a person's credentials, an emulator). */
  email(): Promise<string | null>;
  /** Signs with the account's own key; null where the key is not here and IAM has to sign. RSA-SHA-256. */
  sign(data: Uint8Array): Promise<Uint8Array> | null;
}

/** Renewed this long before it expires, so that none expires on its way and a clock may be off by minutes. */
const EARLY_MS = 5 * 60_000;
const METADATA_MS = 3_000;
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

interface Token {
  value: string;
  /** Epoch ms. */
  expiresAt: number;
}

/** Keeps a token until shortly before it expires; those who ask at the same time share one request. */
function cached(fetchToken: () => Promise<Token>, now: () => number): () => Promise<string> {
  let known: Token | null = null;
  let under: Promise<Token> | null = null;
  return async () => {
    if (known !== null && known.expiresAt - EARLY_MS > now()) return known.value;
    under ??= fetchToken().finally(() => {
      under = null;
    });
    try {
      known = await under;
    } catch (thrown) {
      // Still good for its last minutes.
      if (known === null || known.expiresAt <= now()) throw thrown;
    }
    return known.value;
  };
}

const bearer =
  (token: () => Promise<string>): Authorize =>
  async () => ({ authorization: `Bearer ${await token()}` });

/** When a JWT says that it expires; it is not checked here, whoever takes it checks it. */
function expiryOf(jwt: string): number {
  const payload: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString() || '{}');
  const exp = typeof payload === 'object' && payload !== null && 'exp' in payload ? Number(payload.exp) : Number.NaN;
  return Number.isFinite(exp) ? exp * 1000 : Date.now();
}

function tokensByAudience(make: (audience: string) => Promise<string>, now: () => number) {
  const known = new Map<string, Authorize>();
  return (audience: string): Authorize => {
    let found = known.get(audience);
    if (found === undefined) {
      const token = cached(async () => {
        const value = await make(audience);
        return { value, expiresAt: expiryOf(value) };
      }, now);
      found = bearer(token);
      known.set(audience, found);
    }
    return found;
  };
}

/** The metadata server of Cloud Run and Cloud Functions (and of any machine there): no library to load, no key to keep. */
export function metadataIdentity(
  origin = 'http://metadata.google.internal',
  now: () => number = Date.now,
): GoogleIdentity {
  const read = async (path: string): Promise<string> => {
    let answer: Response;
    try {
      answer = await fetch(`${origin}/computeMetadata/v1/instance/service-accounts/default/${path}`, {
        headers: { 'metadata-flavor': 'Google' },
        signal: AbortSignal.timeout(METADATA_MS),
      });
    } catch (cause) {
      throw new GoogleApiError({
        service: 'The metadata server',
        httpStatus: 0,
        status: 'UNAVAILABLE',
        message: 'no answer',
        cause,
      });
    }
    const text = await answer.text();
    if (!answer.ok)
      throw new GoogleApiError({
        service: 'The metadata server',
        httpStatus: answer.status,
        status: answer.status >= 500 ? 'UNAVAILABLE' : 'UNAUTHENTICATED',
        message: text.slice(0, 200),
      });
    return text;
  };
  const access = cached(async () => {
    const answer: { access_token?: string; expires_in?: number } = JSON.parse(await read(`token?scopes=${SCOPE}`));
    return { value: answer.access_token ?? '', expiresAt: now() + (answer.expires_in ?? 0) * 1000 };
  }, now);
  let email: Promise<string> | null = null;
  return {
    authorize: bearer(access),
    authorizeFor: tokensByAudience(
      (audience) => read(`identity?audience=${encodeURIComponent(audience)}&format=full`),
      now,
    ),
    email: () => {
      email ??= read('email').catch((thrown: unknown) => {
        email = null;
        throw thrown;
      });
      return email;
    },
    sign: () => null,
  };
}

/**
 * Application default credentials off Google's machines: a key file, workload identity federation, a developer's own login.
 * The library is loaded only here: in the cloud the metadata server does without.
 */
export async function applicationDefaultIdentity(): Promise<GoogleIdentity> {
  const { GoogleAuth, JWT } = await import('google-auth-library');
  const auth = new GoogleAuth({ scopes: SCOPE });
  const client = await auth.getClient().catch((cause: unknown) => {
    throw new RectoError(
      'not_configured',
      'There are no Google credentials. Run `gcloud auth application-default login`, or name a key file in GOOGLE_APPLICATION_CREDENTIALS.',
      { cause },
    );
  });
  const headersOf = (headers: Headers): Readonly<Record<string, string>> => Object.fromEntries(headers.entries());
  const ids = new Map<string, Promise<{ getRequestHeaders(): Promise<Headers> }>>();
  const refused = (cause: unknown): never => {
    throw new RectoError(
      'not_configured',
      "Google refuses these credentials: they were revoked, or this machine's clock is wrong by minutes.",
      { cause },
    );
  };
  return {
    authorize: async () => headersOf(await client.getRequestHeaders().catch(refused)),
    authorizeFor: (audience) => async () => {
      let id = ids.get(audience);
      if (id === undefined) {
        id = auth.getIdTokenClient(audience);
        ids.set(audience, id);
      }
      return headersOf(await id.then((found) => found.getRequestHeaders()).catch(refused));
    },
    email: async () => (await auth.getCredentials()).client_email ?? null,
    sign: (data) => {
      if (!(client instanceof JWT) || client.key === undefined) return null;
      const { key } = client;
      return import('node:crypto').then(({ sign }) => sign('RSA-SHA256', data, key));
    },
  };
}

/** For emulators: the token that the Firestore emulator takes as its owner, and no account. */
export const emulatorIdentity: GoogleIdentity = {
  authorize: async () => ({ authorization: 'Bearer owner' }),
  authorizeFor: () => async () => ({}),
  email: async () => null,
  sign: () => null,
};
