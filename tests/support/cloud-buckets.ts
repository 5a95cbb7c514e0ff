import { emulatorIdentity } from '#shared/adapters/gcp/google-auth.ts';
import { createGoogleApi } from '#shared/adapters/gcp/google-http.ts';
import type { GcsOptions } from '#shared/adapters/gcp/object-store.ts';
import { createStorage } from '#shared/adapters/gcp/storage-client.ts';
import { originOf } from './cloud-services.ts';
import { createManualClock } from './manual-clock.ts';

/** Buckets of their own on the Cloud Storage server of this machine, and what an object store over them needs. */
export async function newBuckets(): Promise<GcsOptions> {
  const origin = originOf('storage');
  const id = crypto.randomUUID().slice(0, 18);
  const buckets = { incoming: `${id}-incoming`, documents: `${id}-documents`, artifacts: `${id}-artifacts` };
  const api = createGoogleApi({ service: 'Cloud Storage', authorize: emulatorIdentity.authorize });
  for (const name of Object.values(buckets))
    await api.json({ method: 'POST', url: `${origin}/storage/v1/b?project=test`, json: { name } });
  const signer = { email: async () => 'tests@example.com', sign: async () => new Uint8Array(256) };
  return { storage: createStorage({ api, origin }), clock: createManualClock(), buckets, signer, signedOrigin: origin };
}
