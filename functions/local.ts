import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { getRequestListener } from '@hono/node-server';
import { type Config, parseConfig } from '#shared/config.ts';
import { RectoError } from '#shared/domain/errors.ts';
import { createEmbeddedPlatform } from '#shared/platform/embedded.ts';
import { bootstrapDemo, DEMO_TENANT } from '#shared/usecases/bootstrap-demo.ts';
import { sweepDeadLetters } from '#shared/usecases/dead-letters/sweep.ts';
import { sweep } from '#shared/usecases/maintenance/sweep.ts';
import { rollUpUsage } from '#shared/usecases/usage/roll-up.ts';
import { runFirstRun } from './demo/first-run.ts';
import { frontHandlers, isStepPath } from './handlers.ts';
import { createApi } from './http/api.ts';
import { listenerErrorHandler } from './http/kit/problem.ts';
import { keepHouse } from './keep-house.ts';
import { lockDataDir } from './lock-data-dir.ts';
import { createLogFile } from './log-file.ts';
import { lendService } from './ocr-lease.ts';
import { createProductEngine } from './product-engine.ts';
import { createPushListener } from './push-listener.ts';
import { type StepWorkerProcess, startStepWorker } from './step-worker-process.ts';
import { allSteps } from './steps.ts';
import { withStepWorker } from './with-step-worker.ts';

const SAMPLES = path.resolve(import.meta.dirname, '../samples');
/** Of one request with its body: as long as a link to upload is valid. One that stands still is given up long before. */
const REQUEST_MS = 3_600_000;

const FLAGS = {
  once: { type: 'boolean', default: false },
  'no-samples': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;
const USAGE = `npm start [-- --once | --no-samples]

  --once        process the samples and end: 0 when all of them succeeded
  --no-samples  start without them; the log goes to standard output

Settings come from the environment: see docs/operations.md.
`;

/** The whole platform on one machine: `npm start`. `--once` ends after the samples, `--no-samples` takes none in. */
async function main(): Promise<void> {
  const { values: flags } = parseArgs({ options: FLAGS });
  if (flags.help) {
    process.stdout.write(USAGE);
    return;
  }
  const config = parseConfig(process.env);
  const release = lockDataDir(config.dataDir);
  const token = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
  // Where people watch the samples, the log would only be in their way.
  const logs = flags['no-samples'] || !config.demo ? null : path.join(config.dataDir, 'logs');
  const log = logs === null ? null : createLogFile(path.join(logs, 'front.log'));
  let origin = '';
  const platform = await createEmbeddedPlatform(config, {
    role: 'front',
    token,
    writeLog: log?.write,
    baseUrl: () => config.publicUrl ?? origin,
  });
  const { ocr } = platform;
  const engine = createProductEngine(platform, config, allSteps, { soleWorker: true });
  let worker: StepWorkerProcess | null = null;
  const workerUrl = (): string | null => worker?.url() ?? null;
  const api = createApi({
    platform: withStepWorker(platform, { url: workerUrl, token }),
    engine,
    config,
    signedObjects: platform,
  });
  const push = createPushListener({ handlers: frontHandlers(platform, engine), token, log: platform.log });
  const answer = getRequestListener(api.fetch, { overrideGlobalObjects: false, errorHandler: listenerErrorHandler });
  const server = createServer((req, res) => {
    if (!push(req, res)) void answer(req, res);
  });
  // Before anybody is answered: who finds the platform up finds the key as well.
  const keyFile = path.join(config.dataDir, 'demo-api-key');
  const apiKey = config.demo ? await demoKey(platform, config, keyFile) : null;
  server.requestTimeout = REQUEST_MS;
  origin = await listen(server, config);

  worker = startStepWorker({
    start: { token, logFile: logs === null ? null : path.join(logs, 'steps.log') },
    log: platform.log,
    onKick: () => engine.kick(),
    onExit: (instance) => engine.workerGone(instance),
    lend: ocr === null ? null : (tell) => lendService(ocr, tell),
  });
  platform.bus.start(
    (target) => (isStepPath(target) ? workerUrl() : origin),
    () => engine.kick(),
  );
  engine.start();
  platform.scheduler.start();
  platform.watcher.start();
  const house = keepHouse({
    clock: platform.clock,
    log: platform.log,
    tidy: async (options) => {
      platform.sweepExpired();
      await sweep(platform, engine, options);
      await sweepDeadLetters(platform, engine, { retentionDays: config.deadLetterDays });
      await rollUpUsage(platform);
    },
  });

  let ending: Promise<void> | null = null;
  const end = (): Promise<void> => {
    ending ??= (async () => {
      house.stop();
      server.close();
      await platform.watcher.stop();
      await platform.scheduler.stop();
      await engine.stop(1000);
      await worker?.stop();
      server.closeAllConnections();
      await platform.close();
      log?.flush();
      release();
    })();
    return ending;
  };
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopped.abort(new RectoError('cancelled', `stopped by ${signal}`));
      void end().then(() => process.exit(0));
    });
  }

  platform.log.info('ready', { url: origin });
  process.stdout.write(`Recto is ready at ${origin}\n`);
  if (apiKey === null || flags['no-samples']) return;
  const dropFolder = path.join(config.dataDir, 'buckets', 'incoming', DEMO_TENANT);
  mkdirSync(dropFolder, { recursive: true });
  const { ok } = await runFirstRun({
    baseUrl: origin,
    apiKey,
    samplesDir: SAMPLES,
    out: process.stdout,
    signal: stopped.signal,
    keyFile,
    dropFolder,
  });
  if (!flags.once) return;
  await end();
  process.exit(ok ? 0 : 1);
}

/** The port's address once it takes connections. */
function listen(server: Server, config: Config): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken
          ? new Error(
              `Port ${config.port} is in use. Stop what listens there, or start with PORT=<another port> npm start.`,
            )
          : error,
      );
    });
    server.listen(config.port, config.host, () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : config.port;
      const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${port}`);
    });
  });
}

/** The demo tenant's key: made at the first start, kept in a file that only its owner reads. */
async function demoKey(platform: Parameters<typeof bootstrapDemo>[0], config: Config, file: string): Promise<string> {
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  const { maxFileBytes, requestsPerSecond } = config;
  const limits = { maxFileBytes, requestsPerSecond, requestBurst: requestsPerSecond * 2 };
  const { key } = await bootstrapDemo(platform, limits, { replace: kept === '' });
  if (key === null) return kept;
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  return key;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
