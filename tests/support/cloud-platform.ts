import { connect } from 'node:http2';
import { parseGcpConfig } from '#shared/config-gcp.ts';
import { manifest, STEP_KINDS } from '#shared/manifest.ts';
import { createGcpPlatform, type GcpPlatform } from '#shared/platform/gcp.ts';
import { type CloudProcess, functionProcess, serviceProcess } from './cloud-processes.ts';
import { originOf } from './cloud-services.ts';
import { kmsService, secretManagerService, serveJson } from './google-services.ts';
import { freePort } from './local-platform.ts';
import { startTokenIssuer, type TokenIssuer } from './token-issuer.ts';

/** What the storage server tells of new objects (`RECTO_STORAGE_EVENTS`). */
export const PROJECT = (process.env.RECTO_STORAGE_EVENTS ?? 'recto-cloud/object-finalized').split('/')[0] ?? '';
const SCHEDULER = 'scheduler-caller@recto-cloud.iam.gserviceaccount.com';
const FIRST_KEY = 'first-api-key';
const FUNCTIONS = [
  'api',
  'ingest',
  'schedule-tick',
  'undeliverable',
  'scheduled',
  ...STEP_KINDS.map((kind) => `step-${kind}`),
];

/** The platform in its cloud shape on this machine: functions from their bundles, stand-ins, converter and OCR service. */
export interface CloudPlatform {
  url: string;
  tenantId: string;
  apiKey: string;
  api(path: string, init?: RequestInit): Promise<Response>;
  /** By function name, `converter` and `ocr`. */
  process(name: string): CloudProcess;
  /** Calls a sweep as Cloud Scheduler does; the status. */
  sweep(path: string, body: object): Promise<number>;
  /** What the functions run with. */
  env: Readonly<Record<string, string>>;
  /** The ports, as a function has them: for looking, publishing, dropping files. */
  platform: GcpPlatform;
  issuer: TokenIssuer;
  /** What all of them printed. */
  output(): string;
  dispose(): Promise<void>;
}

/** Which function takes what comes at a path. */
export function functionOf(target: string): string {
  if (target.startsWith('/_push/steps/')) return `step-${target.slice('/_push/steps/'.length)}`;
  if (target.startsWith('/_scheduled/')) return 'scheduled';
  return target === '/_push/object-finalized' ? 'ingest' : target.slice('/_push/'.length);
}

/** `env` is for the functions, `ocrUrl` for another OCR service than one of its own. */
export async function startCloudPlatform(
  options: { env?: Readonly<Record<string, string>>; ocrUrl?: string } = {},
): Promise<CloudPlatform> {
  const closers: (() => Promise<void> | void)[] = [];
  const processes = new Map<string, CloudProcess>();
  const dispose = async (): Promise<void> => {
    await Promise.all([...processes.values()].map((each) => each.stop()));
    for (const close of closers.reverse()) await close();
  };
  try {
    const [kms, secrets, issuer] = await Promise.all([
      serveJson(kmsService()),
      serveJson(secretManagerService()),
      startTokenIssuer(),
    ]);
    closers.push(kms.close, secrets.close, issuer.close);
    await forget();
    const names = [...FUNCTIONS, 'converter', 'ocr'];
    const ports = new Map<string, number>();
    for (const name of names) ports.set(name, await freePort());
    const urlOf = (name: string): string => `http://127.0.0.1:${ports.get(name)}`;
    const id = crypto.randomUUID().slice(0, 8);
    const env: Record<string, string> = {
      RECTO_PLATFORM: 'gcp',
      RECTO_ENVIRONMENT: 'local',
      RECTO_LOG_LEVEL: 'info',
      RECTO_GCP_PROJECT: PROJECT,
      RECTO_GCP_REGION: 'europe-west1',
      RECTO_BUCKET_INCOMING: `${id}-incoming`,
      RECTO_BUCKET_DOCUMENTS: `${id}-documents`,
      RECTO_BUCKET_ARTIFACTS: `${id}-artifacts`,
      RECTO_KMS_KEY: 'projects/p/locations/l/keyRings/r/cryptoKeys/k',
      RECTO_KMS_ENDPOINT: kms.origin,
      RECTO_SECRETS_ENDPOINT: secrets.origin,
      RECTO_CONVERTER_URL: urlOf('converter'),
      RECTO_OCR_URL: options.ocrUrl ?? urlOf('ocr'),
      FIRESTORE_EMULATOR_HOST: process.env.FIRESTORE_EMULATOR_HOST ?? '',
      PUBSUB_EMULATOR_HOST: process.env.PUBSUB_EMULATOR_HOST ?? '',
      STORAGE_EMULATOR_HOST: process.env.STORAGE_EMULATOR_HOST ?? '',
      ...options.env,
    };
    const platform = await createGcpPlatform(parseGcpConfig(env), { function: 'test', writeLog: () => undefined });
    closers.push(() => platform.close());
    await platform.ensureLocal((target) => urlOf(functionOf(target)));
    for (const name of FUNCTIONS)
      processes.set(
        name,
        functionProcess(name, ports.get(name) ?? 0, {
          ...env,
          ...(name === 'scheduled'
            ? {
                RECTO_CALLER: SCHEDULER,
                RECTO_AUDIENCE: urlOf(name),
                RECTO_JWKS_URL: issuer.keysUrl,
                RECTO_FIRST_KEY_SECRET: `projects/${PROJECT}/secrets/${FIRST_KEY}`,
              }
            : // The emulator shows no token: tokens are checked by tests of their own.
              { RECTO_EMULATED_PUSH: '1' }),
        }),
      );
    processes.set('converter', converterProcess(ports.get('converter') ?? 0));
    if (options.ocrUrl === undefined) processes.set('ocr', ocrProcess(ports.get('ocr') ?? 0));
    await Promise.all([...processes.values()].map((each) => each.start()));
    const scheduler = startScheduler(urlOf('scheduled'), issuer);
    closers.push(scheduler.stop);
    await scheduler.call('/_scheduled/bootstrap', {});
    const url = urlOf('api');
    const apiKey = await firstKey(secrets.origin);
    return {
      url,
      tenantId: 'first',
      apiKey,
      api: (target, init = {}) =>
        fetch(new URL(target, url), {
          ...init,
          headers: { authorization: `Bearer ${apiKey}`, ...Object.fromEntries(new Headers(init.headers)) },
        }),
      process: (name) => {
        const found = processes.get(name);
        if (found === undefined) throw new Error(`There is no process ${name}.`);
        return found;
      },
      sweep: scheduler.call,
      env,
      platform,
      issuer,
      output: () => [...processes.values()].map((each) => each.output()).join(''),
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

const converterProcess = (port: number): CloudProcess =>
  serviceProcess('converter', port, 'functions/converter/main.ts', { RECTO_HOST: '127.0.0.1' }, async (url) => {
    const session = connect(url);
    try {
      return await new Promise<boolean>((resolve) => {
        session.once('error', () => resolve(false));
        const stream = session.request({ ':path': '/healthz' });
        stream.once('error', () => resolve(false));
        stream.once('response', (headers) => resolve(headers[':status'] === 200));
      });
    } finally {
      session.destroy();
    }
  });

/** The OCR service, ready when its model is loaded. */
export const ocrProcess = (port: number): CloudProcess =>
  serviceProcess('ocr', port, 'gpu-service/main.ts', { OCR_WORKERS: '1' }, async (url) => {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5000) });
    await answer.body?.cancel();
    return answer.status === 200;
  });

async function firstKey(origin: string): Promise<string> {
  const answer = await fetch(`${origin}/v1/projects/${PROJECT}/secrets/${FIRST_KEY}/versions/1:access`);
  const { payload }: { payload: { data: string } } = JSON.parse(await answer.text());
  return Buffer.from(payload.data, 'base64').toString('utf8');
}

/** What earlier tests left in the project: records, and subscriptions to processes that are gone. */
async function forget(): Promise<void> {
  const records = `${originOf('firestore')}/emulator/v1/projects/${PROJECT}/databases/(default)/documents`;
  await fetch(records, { method: 'DELETE', headers: { authorization: 'Bearer owner' } });
  const resources = `${originOf('pubsub')}/v1/projects/${PROJECT}`;
  for (const name of [...manifest.subscriptions.map((def) => def.name), manifest.parked.subscription])
    await fetch(`${resources}/subscriptions/${name}`, { method: 'DELETE' });
  // With what lies in them.
  for (const name of [...manifest.topics, manifest.parked.topic])
    await fetch(`${resources}/topics/${name}`, { method: 'DELETE' });
}

/** Cloud Scheduler's jobs, sooner than it would call: a job that is under way is not called again. */
function startScheduler(url: string, issuer: TokenIssuer) {
  let stopped = false;
  const call = async (target: string, body: object): Promise<number> => {
    const token = await issuer.token({ email: SCHEDULER, audience: url });
    const answer = await fetch(url + target, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await answer.body?.cancel();
    return answer.status;
  };
  const job = async (target: string, everyMs: number, body: object): Promise<void> => {
    while (!stopped) {
      await call(target, body).catch(() => 0);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  };
  void job('/_scheduled/engine-dispatch', 1000, { everySeconds: 1, forSeconds: 10 });
  void job('/_scheduled/publish-due', 2000, { everySeconds: 60, forSeconds: 0 });
  return {
    call,
    stop: () => {
      stopped = true;
    },
  };
}
