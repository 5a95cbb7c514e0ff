import { expect, it } from 'vitest';
import { createLogger } from '#shared/adapters/embedded/logger.ts';
import { createDocumentStore } from '#shared/adapters/gcp/document-store.ts';
import { emulatorIdentity } from '#shared/adapters/gcp/google-auth.ts';
import { createGoogleApi } from '#shared/adapters/gcp/google-http.ts';
import { createSecretManager } from '#shared/adapters/gcp/secret-manager-client.ts';
import { createSecretStore } from '#shared/adapters/gcp/secret-store.ts';
import { describeWith, emulatedFirestore } from '../support/cloud-services.ts';
import { secretManagerService } from '../support/google-services.ts';
import { jsonServer } from '../support/json-server.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { secretStoreContract } from './secret-store.ts';

async function setUp() {
  const clock = createManualClock();
  const { origin, asked } = await jsonServer(secretManagerService());
  const api = createGoogleApi({ service: 'Secret Manager', authorize: emulatorIdentity.authorize });
  const manager = createSecretManager({ api, origin, project: 'p', region: 'europe-west1', kmsKey: 'keys/one' });
  const store = createDocumentStore({ firestore: emulatedFirestore(), clock, collections: [] }).system();
  const log = createLogger({ level: 'error', clock });
  return { asked, process: () => createSecretStore({ manager, store, log }) };
}

describeWith(['firestore'], 'Secret Manager', () => {
  secretStoreContract(async () => {
    const secrets = (await setUp()).process();
    return { one: secrets.forOwner('acme'), other: secrets.forOwner('globex') };
  });

  it('shows a new value to every process at once, and destroys the one before', async () => {
    const { asked, process } = await setUp();
    const [one, other] = [process().forOwner('acme'), process().forOwner('acme')];
    await one.put('webhook', 'first');
    expect(await other.get('webhook')).toBe('first');
    await one.put('webhook', 'second');
    expect(await other.get('webhook')).toBe('second');
    expect(asked.filter(({ path }) => path.endsWith(':destroy')).map(({ path }) => path.split('/').at(-1))).toEqual([
      '1:destroy',
    ]);
  });

  it('reads a version once, keeps it in its region and names no tenant’s words in its id', async () => {
    const { asked, process } = await setUp();
    const secrets = process().forOwner('acme');
    await secrets.put('the name', 'value');
    for (let i = 0; i < 3; i++) expect(await secrets.get('the name')).toBe('value');
    expect(asked.filter(({ path }) => path.endsWith(':access'))).toHaveLength(1);
    const created = asked.find(({ query }) => query.has('secretId'));
    expect(created?.query.get('secretId')).toMatch(/^recto-acme-[\w-]{43}$/);
    expect(created?.json).toMatchObject({
      replication: { userManaged: { replicas: [{ location: 'europe-west1' }] } },
    });
  });

  it('keeps a value that begins with NUL as it is', async () => {
    const secrets = (await setUp()).process().forOwner('acme');
    for (const value of ['\0', '\0x']) {
      await secrets.put('odd', value);
      expect(await secrets.get('odd')).toBe(value);
    }
  });
});
