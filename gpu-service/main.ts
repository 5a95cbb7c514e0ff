import type { AddressInfo } from 'node:net';
import { parseServiceConfig } from './config.ts';
import { createServiceMetrics } from './http/metrics.ts';
import { createService } from './http/service.ts';
import { DEFAULT_READER } from './ocr/models.ts';
import { WorkerPool } from './workers/worker-pool.ts';

/** One JSON object a line, on standard output. The first tells the port. */
const log = (level: 'info' | 'error', message: string, fields: Record<string, unknown> = {}): void => {
  process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), message, ...fields })}\n`);
};

const config = parseServiceConfig(process.env);
let draining = false;
const pool = new WorkerPool({
  workers: config.workers,
  queuePages: config.queuePages,
  pageTimeoutMs: config.pageTimeoutMs,
  settings: { maxPixels: config.maxPixels, warmUp: DEFAULT_READER },
  log,
});
const server = createService({ config, pool, metrics: createServiceMetrics(pool), log, draining: () => draining });

/** Takes in nothing more, finishes what is under way, then ends; a second signal or the end of the grace ends at once. */
async function drain(why: string): Promise<void> {
  if (draining) process.exit(1);
  draining = true;
  log('info', 'ocr: draining', { why });
  const deadline = setTimeout(() => process.exit(1), config.drainMs);
  server.close();
  server.closeIdleConnections();
  while (!pool.idle) await new Promise((resolve) => setTimeout(resolve, 20));
  // The last answers are on their way: connections close as they are sent.
  const closed = new Promise((resolve) => server.once('close', resolve));
  server.closeIdleConnections();
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 2000))]);
  clearTimeout(deadline);
  await pool.close();
  process.exit(0);
}
process.on('SIGTERM', () => void drain('SIGTERM'));
process.on('SIGINT', () => void drain('SIGINT'));
if (config.exitWithParent) {
  // The parent holds the other end of standard input: however it dies, the pipe closes.
  process.stdin.on('end', () => process.exit(0));
  process.stdin.on('error', () => process.exit(0));
  process.stdin.resume();
}

server.listen(config.port, config.host, () => {
  const address = server.address() as AddressInfo;
  log('info', 'ocr: listening', { port: address.port, workers: config.workers });
});
