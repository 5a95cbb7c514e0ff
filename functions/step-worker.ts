import { createServer } from 'node:http';
import { parseConfig } from '#shared/config.ts';
import { createEmbeddedPlatform } from '#shared/platform/embedded.ts';
import { stepHandlers } from './handlers.ts';
import { createLogFile } from './log-file.ts';
import { borrowService, lendMessageSchema } from './ocr-lease.ts';
import { createProductEngine } from './product-engine.ts';
import { carries, createPushListener } from './push-listener.ts';
import { HEALTH_PATH, METRICS_PATH, type WorkerMessage, workerStartSchema } from './step-worker-protocol.ts';
import { allSteps } from './steps.ts';

const say = (message: WorkerMessage): void => {
  if (process.connected) process.send?.(message);
};

/** The process that runs the steps of a local platform; started by `functions/local.ts`, ends with it. */
async function main(first: unknown): Promise<void> {
  const { token, instance, logFile } = workerStartSchema.parse(first);
  const config = parseConfig(process.env);
  const ocr = borrowService(say);
  process.on('message', (message) => {
    const said = lendMessageSchema.safeParse(message);
    if (said.success) ocr.hear(said.data);
  });
  const platform = await createEmbeddedPlatform(config, {
    role: 'steps',
    token,
    ocr,
    writeLog: logFile === null ? undefined : createLogFile(logFile).write,
    baseUrl: () => config.publicUrl ?? `http://${config.host}:${config.port}`,
  });
  const engine = createProductEngine(platform, config, allSteps, { instance, onKick: () => say({ type: 'kick' }) });
  const listen = createPushListener({ handlers: stepHandlers(engine), token, log: platform.log });
  const tell: Record<string, () => Promise<string>> = {
    [HEALTH_PATH]: async () => JSON.stringify(await platform.health()),
    [METRICS_PATH]: () => platform.metrics.expose(),
  };
  const authorized = carries(token);
  const server = createServer((req, res) => {
    const answer = tell[req.url ?? ''];
    if (answer !== undefined && authorized(req)) {
      answer().then(
        (text) => res.end(text),
        () => res.writeHead(503).end(),
      );
    } else if (!listen(req, res)) res.writeHead(404).end();
  });
  // A push is held open while its step runs.
  server.requestTimeout = 0;
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The step worker has no port.');
    say({ type: 'ready', url: `http://127.0.0.1:${address.port}` });
  });

  let ending = false;
  const end = async (graceMs: number): Promise<void> => {
    if (ending) return;
    ending = true;
    await engine.stop(graceMs);
    server.closeAllConnections();
    await platform.close();
    process.exit(0);
  };
  process.once('SIGTERM', () => void end(2000));
  // The terminal sends its interrupt to the whole group; the front decides when we end.
  process.on('SIGINT', () => undefined);
  // The front is gone, however it went: nobody would deliver our results' messages.
  process.once('disconnect', () => void end(0));
}

process.once('message', (first) => {
  main(first).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  });
});
