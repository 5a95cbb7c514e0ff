import { z } from 'zod';
import { RectoError } from '../../domain/errors.ts';
import { crc32c } from '../support/crc32c.ts';
import { hasStatus } from './google-errors.ts';
import type { GoogleApi } from './google-http.ts';

/** The calls of Secret Manager that the adapters need, over its REST API; secrets by their short ids. Throws `GoogleApiError`. */
export interface SecretManager {
  /** Null when the secret or the version is gone. */
  access(secret: string, version: string): Promise<Buffer | null>;
  /** Creates the secret when there is none. The number of the new version. */
  addVersion(secret: string, payload: Uint8Array, labels: Readonly<Record<string, string>>): Promise<string>;
  destroyVersion(secret: string, version: string): Promise<void>;
  /** With all its versions; no effect when it is absent. */
  remove(secret: string): Promise<void>;
}

const accessedSchema = z.object({ payload: z.object({ data: z.string(), dataCrc32c: z.coerce.number().optional() }) });
const versionSchema = z.object({ name: z.string() });

export function createSecretManager(params: {
  api: GoogleApi;
  project: string;
  origin: string;
  /** Secrets stay in this region. */
  region: string;
  /** Key of Cloud KMS that they are encrypted with; null: Google's own. */
  kmsKey: string | null;
}): SecretManager {
  const { api, region, kmsKey } = params;
  const url = `${params.origin}/v1/projects/${params.project}/secrets`;
  const replica =
    kmsKey === null ? { location: region } : { location: region, customerManagedEncryption: { kmsKeyName: kmsKey } };

  async function add(secret: string, payload: Uint8Array): Promise<string> {
    const data = Buffer.from(payload).toString('base64');
    const answer = await api.json({
      method: 'POST',
      url: `${url}/${secret}:addVersion`,
      json: { payload: { data, dataCrc32c: String(crc32c(payload)) } },
    });
    return versionSchema.parse(answer).name.split('/').at(-1) ?? '';
  }

  return {
    access: async (secret, version) => {
      try {
        const answer = await api.json({ method: 'GET', url: `${url}/${secret}/versions/${version}:access` });
        const { data, dataCrc32c } = accessedSchema.parse(answer).payload;
        const bytes = Buffer.from(data, 'base64');
        if (dataCrc32c !== undefined && crc32c(bytes) !== dataCrc32c)
          throw new RectoError(
            'dependency_unavailable',
            'A secret was changed on its way from Secret Manager. Try again.',
          );
        return bytes;
      } catch (thrown) {
        // A destroyed version is there and cannot be read.
        if (hasStatus(thrown, 'NOT_FOUND', 'FAILED_PRECONDITION')) return null;
        throw thrown;
      }
    },
    addVersion: async (secret, payload, labels) => {
      try {
        return await add(secret, payload);
      } catch (thrown) {
        if (!hasStatus(thrown, 'NOT_FOUND')) throw thrown;
      }
      try {
        await api.json({
          method: 'POST',
          url: `${url}?secretId=${secret}`,
          json: { replication: { userManaged: { replicas: [replica] } }, labels },
        });
      } catch (thrown) {
        if (!hasStatus(thrown, 'ALREADY_EXISTS')) throw thrown;
      }
      return add(secret, payload);
    },
    destroyVersion: async (secret, version) => {
      await api.json({ method: 'POST', url: `${url}/${secret}/versions/${version}:destroy`, json: {} });
    },
    remove: async (secret) => {
      try {
        await api.json({ method: 'DELETE', url: `${url}/${secret}` });
      } catch (thrown) {
        if (!hasStatus(thrown, 'NOT_FOUND')) throw thrown;
      }
    },
  };
}
