import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { createPushListener } from '#functions/push-listener.ts';
import { parseGcpConfig } from '#shared/config-gcp.ts';
import { runs } from '#shared/domain/collections.ts';
import { createEngine } from '#shared/engine/engine.ts';
import { STEP_KINDS } from '#shared/manifest.ts';
import { createGcpPlatform } from '#shared/platform/gcp.ts';
import { describeWith } from '../support/cloud-services.ts';
import { kmsService, secretManagerService } from '../support/google-services.ts';
import { jsonServer } from '../support/json-server.ts';
import { chainOf, done, runOf, singleStep } from '../support/test-steps.ts';

async function setUp() {
  const [kms, secrets] = await Promise.all([jsonServer(kmsService()), jsonServer(secretManagerService())]);
  const id = crypto.randomUUID().slice(0, 8);
  const config = parseGcpConfig({
    ...process.env,
    RECTO_ENVIRONMENT: 'local',
    RECTO_LOG_LEVEL: 'error',
    RECTO_GCP_PROJECT: `recto-${id}`,
    RECTO_GCP_REGION: 'europe-west1',
    RECTO_BUCKET_INCOMING: `${id}-incoming`,
    RECTO_BUCKET_DOCUMENTS: `${id}-documents`,
    RECTO_BUCKET_ARTIFACTS: `${id}-artifacts`,
    RECTO_KMS_KEY: 'projects/p/locations/l/keyRings/r/cryptoKeys/k',
    RECTO_KMS_ENDPOINT: kms.origin,
    RECTO_SECRETS_ENDPOINT: secrets.origin,
    RECTO_CONVERTER_URL: 'http://127.0.0.1:9',
    RECTO_OCR_URL: 'http://127.0.0.1:9',
  });
  const platform = await createGcpPlatform(config, { function: 'test', writeLog: () => undefined });
  onTestFinished(() => platform.close());
  return { config, platform };
}

/** Answers pushes as the functions do, of everybody: the emulator shows no token. */
async function pushServer(
  handlers: Parameters<typeof createPushListener>[0]['handlers'],
  log: Parameters<typeof createPushListener>[0]['log'],
) {
  const listener = createPushListener({ handlers, token: 'emulator', log });
  const server = createServer((request, response) => {
    request.headers.authorization = 'Bearer emulator';
    if (!listener(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

describeWith(['firestore', 'pubsub', 'storage'], 'the platform on Google Cloud', () => {
  it('runs workflows on Firestore and Pub/Sub, a dispatch at a time, nothing lost and nothing twice', async () => {
    const { platform } = await setUp();
    const [first, second] = STEP_KINDS;
    const calls: string[] = [];
    const steps = [first, second].map((kind, at) =>
      singleStep(
        kind,
        (ctx) => {
          calls.push(`${ctx.runId} ${kind}`);
          return done(kind);
        },
        { pool: at === 0 ? 'cpu' : 'network' },
      ),
    );
    const slots = { convert: 10, ocr: 10, cpu: 10, network: 10 };
    const engine = createEngine({ platform, steps, slots });
    const handlers = new Map(
      STEP_KINDS.map((kind) => [
        `/_push/steps/${kind}`,
        (envelope: Parameters<typeof engine.handleMessage>[0], signal: AbortSignal) =>
          engine.handleMessage(envelope, signal),
      ]),
    );
    const origin = await pushServer(handlers, platform.log);
    await platform.ensureLocal(() => origin);
    const tenant = 'acme';
    const count = 12;
    const startedAt = performance.now();
    const started = await Promise.all(
      Array.from({ length: count }, () => engine.startRun(tenant, runOf(chainOf(first, second)))),
    );
    const deadline = Date.now() + 30_000;
    const succeeded = () =>
      platform.forTenant(tenant).store.count(runs, { where: [{ field: 'status', op: '==', value: 'succeeded' }] });
    while ((await succeeded()) < count) {
      if (Date.now() > deadline) throw new Error(`only ${await succeeded()} of ${count} runs ended`);
      await engine.dispatch();
    }
    const seconds = (performance.now() - startedAt) / 1000;
    process.stdout.write(`engine on the emulators: ${(count / seconds).toFixed(1)} runs/s of two steps\n`);
    expect(calls).toHaveLength(count * 2);
    expect(new Set(calls).size).toBe(count * 2);
    expect(started.map(({ id }) => id).every((id) => calls.includes(`${id} ${second}`))).toBe(true);
  }, 60_000);

  it('says what works and what does not', async () => {
    const { platform } = await setUp();
    await platform.ensureLocal(() => 'http://127.0.0.1:9');
    const health = await platform.health();
    const ok = Object.fromEntries(health.map((entry) => [entry.name, entry.ok]));
    expect(ok).toEqual({ store: true, objects: true, office: false, ocr: false });
  });

  it('keeps tenants apart in every port', async () => {
    const { platform } = await setUp();
    await platform.ensureLocal(() => 'http://127.0.0.1:9');
    const [one, other] = [platform.forTenant('acme'), platform.forTenant('globex')];
    await one.secrets.put('name', 'mine');
    await one.objects.put({ bucket: 'documents', key: 'k', body: new Uint8Array(3), mediaType: 'x/y' });
    const sealed = await one.keys.encrypt('notes', new Uint8Array(3));
    expect(await other.secrets.get('name')).toBeNull();
    expect(await other.objects.head({ bucket: 'documents', key: 'k' })).toBeNull();
    await expect(other.keys.decrypt('notes', sealed)).rejects.toMatchObject({ code: 'invalid_request' });
    const link = await one.objects.signUrl({ method: 'GET', bucket: 'documents', key: 'k', expiresInSeconds: 60 });
    const answer = await fetch(link.url);
    expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([200, 3]);
  });
});
