import { afterAll, beforeAll, expect, test } from 'vitest';
import { functionProcess } from '../support/cloud-processes.ts';
import { describeWith } from '../support/cloud-services.ts';
import { freePort } from '../support/local-platform.ts';
import { startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts';

const CALLER = 'push-caller@recto-cloud.iam.gserviceaccount.com';
const PATH = '/_push/steps/index';
const settings: Record<string, string> = {
  RECTO_PLATFORM: 'gcp',
  RECTO_ENVIRONMENT: 'local',
  RECTO_GCP_PROJECT: 'recto-callers',
  RECTO_GCP_REGION: 'europe-west1',
  RECTO_BUCKET_INCOMING: 'callers-incoming',
  RECTO_BUCKET_DOCUMENTS: 'callers-documents',
  RECTO_BUCKET_ARTIFACTS: 'callers-artifacts',
  RECTO_KMS_KEY: 'projects/p/locations/l/keyRings/r/cryptoKeys/k',
  RECTO_CONVERTER_URL: 'http://127.0.0.1:9',
  RECTO_OCR_URL: 'http://127.0.0.1:9',
  FIRESTORE_EMULATOR_HOST: process.env.FIRESTORE_EMULATOR_HOST ?? '',
  PUBSUB_EMULATOR_HOST: process.env.PUBSUB_EMULATOR_HOST ?? '',
  STORAGE_EMULATOR_HOST: process.env.STORAGE_EMULATOR_HOST ?? '',
};

describeWith(['firestore', 'pubsub', 'storage'], 'a function that only the platform may call', () => {
  let issuer: TokenIssuer;
  let step: ReturnType<typeof functionProcess>;
  beforeAll(async () => {
    issuer = await startTokenIssuer();
    const port = await freePort();
    step = functionProcess('step-index', port, {
      ...settings,
      RECTO_CALLER: CALLER,
      RECTO_AUDIENCE: `http://127.0.0.1:${port}`,
      RECTO_JWKS_URL: issuer.keysUrl,
    });
    await step.start();
  });
  afterAll(async () => {
    await step?.stop();
    issuer?.close();
  });

  /** A message of work that is long done. */
  const push = async (token: string | null, path = PATH): Promise<{ status: number; text: string }> => {
    const data = Buffer.from(JSON.stringify({ tenantId: 'first', workId: 'run_1:index', dispatch: 1 })).toString(
      'base64',
    );
    const message = { messageId: '1', data, attributes: {}, publishTime: '2026-01-01T00:00:00Z' };
    const answer = await fetch(step.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ message, subscription: 'projects/recto-callers/subscriptions/step-index-push' }),
    });
    return { status: answer.status, text: await answer.text() };
  };

  test('acknowledges what Pub/Sub pushes with its token', async () => {
    const token = await issuer.token({ email: CALLER, audience: step.url });
    expect(await push(token)).toEqual({ status: 204, text: '' });
    expect((await push(token, '/_push/steps/redact')).status).toBe(404);
  });

  test('answers strangers with 403, a problem, and a line in the log that says why', async () => {
    const tokens = [
      [null, 'no identity token'],
      [await issuer.token({ email: CALLER, audience: 'https://step-redact-1.run.app' }), 'another \\"aud\\"'],
      [await issuer.token({ email: 'someone@example.com', audience: step.url }), 'of another account'],
      [await issuer.token({ email: CALLER, audience: step.url }, { expiresAt: 1_600_000_000 }), 'has expired'],
      [
        await issuer.token({ email: CALLER, audience: step.url }, { issuer: 'https://evil.example' }),
        'another \\"iss\\"',
      ],
    ] as const;
    for (const [token, reason] of tokens) {
      const { status, text } = await push(token);
      expect(status, reason).toBe(403);
      expect(JSON.parse(text)).toMatchObject({ code: 'forbidden', status: 403 });
      const line = step.output().trim().split('\n').at(-1) ?? '';
      expect(line).toContain('a caller was refused');
      expect(line).toContain(reason);
      if (token !== null) expect(step.output()).not.toContain(token);
    }
  });

  test('does not start in production with what is missing or a test’s, and names each', async () => {
    const started = functionProcess('step-index', await freePort(), {
      ...settings,
      RECTO_ENVIRONMENT: 'prod',
      RECTO_EMULATED_PUSH: '1',
      RECTO_BUCKET_INCOMING: '',
    }).start();
    const refused = await started.then(
      () => 'it started',
      (error: unknown) => String(error),
    );
    for (const name of [
      ...['RECTO_BUCKET_INCOMING', 'RECTO_CALLER', 'RECTO_AUDIENCE', 'RECTO_EMULATED_PUSH'],
      ...['FIRESTORE_EMULATOR_HOST', 'RECTO_CONVERTER_URL', 'RECTO_PUBLIC_URL'],
    ])
      expect(refused).toContain(name);
  });
});
