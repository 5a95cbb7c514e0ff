import { expect, it } from 'vitest';
import { createDocumentStore } from '#shared/adapters/gcp/document-store.ts';
import { emulatorIdentity } from '#shared/adapters/gcp/google-auth.ts';
import { createGoogleApi } from '#shared/adapters/gcp/google-http.ts';
import { createKeyManager } from '#shared/adapters/gcp/key-manager.ts';
import { openKeyRing } from '#shared/adapters/gcp/key-ring.ts';
import { createKms } from '#shared/adapters/gcp/kms-client.ts';
import { masterKeys } from '#shared/domain/cloud-records.ts';
import { describeWith, emulatedFirestore } from '../support/cloud-services.ts';
import { kmsService } from '../support/google-services.ts';
import { jsonServer } from '../support/json-server.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { keyManagerContract } from './key-manager.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function setUp() {
  const clock = createManualClock();
  const { origin, asked } = await jsonServer(kmsService());
  const api = createGoogleApi({ service: 'Cloud KMS', authorize: emulatorIdentity.authorize });
  const kms = createKms({ api, origin, key: 'projects/p/locations/l/keyRings/r/cryptoKeys/master' });
  const store = createDocumentStore({ firestore: emulatedFirestore(), clock, collections: [] }).system();
  const process = () => openKeyRing({ store, kms, clock });
  return { asked, store, process, ring: process() };
}

describeWith(['firestore'], 'keys that Cloud KMS guards', () => {
  keyManagerContract(async () => {
    const { ring } = await setUp();
    return {
      one: createKeyManager({ ring, owner: 'acme' }),
      other: createKeyManager({ ring, owner: 'globex' }),
      rotate: async () => void (await ring.rotate()),
    };
  });

  it('asks KMS once for a process, however much is sealed', async () => {
    const { asked, ring } = await setUp();
    const keys = createKeyManager({ ring, owner: 'acme' });
    for (let i = 0; i < 20; i++) await keys.decrypt('notes', await keys.encrypt('notes', bytes('x')));
    expect(asked.map(({ path }) => path.split(':')[1])).toEqual(['encrypt', 'decrypt']);
  });

  it('ends with one first key when many processes start at once', async () => {
    const { store, process } = await setUp();
    const macs = await Promise.all(
      Array.from({ length: 5 }, () => createKeyManager({ ring: process(), owner: 'acme' }).mac('names', bytes('Ada'))),
    );
    expect(new Set(macs.map((mac) => Buffer.from(mac).toString('hex'))).size).toBe(1);
    expect(await store.count(masterKeys, {})).toBe(1);
  });

  it('opens what another process has sealed after a rotation, and keeps no plain key in the store', async () => {
    const { store, process } = await setUp();
    const [one, other] = [process(), process()];
    await createKeyManager({ ring: one, owner: 'acme' }).mac('names', bytes('Ada'));
    await other.rotate();
    const sealed = await createKeyManager({ ring: other, owner: 'acme' }).encrypt('notes', bytes('after'));
    const opened = await createKeyManager({ ring: one, owner: 'acme' }).decrypt('notes', sealed);
    expect(new TextDecoder().decode(opened)).toBe('after');
    const { records } = await store.query(masterKeys, {});
    expect(records.map(({ data }) => Buffer.from(data.wrapped, 'base64').length > 32)).toEqual([true, true]);
  });
});
