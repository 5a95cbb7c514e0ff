import type { AddressInfo } from 'node:net';
import { parseServiceConfig } from './config.ts';
import { createAuth } from './http/auth.ts';
import { ByteBudget } from './http/body.ts';
import { createServiceMetrics } from './http/metrics.ts';
import { createService } from './http/service.ts';
import { DiskCache } from './manager/disk-cache.ts';
import { readHardware } from './manager/hardware.ts';
import { ModelManager } from './manager/model-manager.ts';
import { PageCache } from './manager/page-cache.ts';
import { choosePlan } from './manager/plan.ts';
import { settleProvider } from './manager/provider.ts';
import { variantsIn } from './manager/variants.ts';
import { verifiedFiles } from './manager/verified-files.ts';
import { WorkerPool } from './workers/worker-pool.ts';

/** One JSON object a line, on standard output. */
const log = (level: 'info' | 'error', message: string, fields: Record<string, unknown> = {}): void => {
  process.stdout.write(`${JSON.stringify({ level, time: new Date().toISOString(), message, ...fields })}\n`);
};

const config = parseServiceConfig(process.env);
const hardware = await readHardware();
const plan = await settleProvider(choosePlan(hardware, config.wishes), config.wishes, hardware, log);
log('info', 'ocr: hardware', { ...hardware, plan });

const metrics = createServiceMetrics({
  queuePages: () => pool.queued,
  busyWorkers: () => pool.busy,
  modelBytes: () => manager.memoryMb * 2 ** 20,
  cacheBytes: () => cache.bytes,
});
const pool = new WorkerPool({
  workers: plan.workers,
  queuePages: config.queuePages,
  batchPages: plan.batchPages,
  batchWaitMs: plan.batchWaitMs,
  pageTimeoutMs: config.pageTimeoutMs,
  settings: { maxPixels: config.maxPixels, session: { provider: plan.provider } },
  log,
  onBatch: (pages, waited) => {
    metrics.batchPages.observe(pages);
    for (const seconds of waited) metrics.waitSeconds.observe(seconds);
  },
});
const manager = new ModelManager({
  pool,
  files: (id) => verifiedFiles(id, variantsIn(config.quantizedDir, plan, log)),
  budgetMb: plan.modelMemoryMb,
  defaultReader: config.defaultReader,
  log,
});
const { bytes, ttlMs, folder, folderBytes } = config.cache;
const now = (): number => Date.now();
const disk = folder === null ? null : new DiskCache({ folder, bytes: folderBytes, ttlMs, now });
const cache = new PageCache({ bytes, ttlMs, now, disk });

let draining = false;
/** Requests not answered yet: one whose pages are still on their way here is not in the pool. */
let underWay = 0;
const { server, letGo } = createService({
  config,
  plan,
  pool,
  manager,
  cache,
  metrics,
  budget: new ByteBudget(config.maxHeldBytes),
  authenticate: createAuth(config.auth),
  adminToken: config.adminToken,
  log,
  draining: () => draining,
});

server.on('request', (_, response) => {
  underWay++;
  response.once('close', () => underWay--);
});

/** Takes in nothing more, finishes what is under way, then ends; a second signal or the end of the grace ends at once. */
async function drain(why: string): Promise<void> {
  if (draining) process.exit(1);
  draining = true;
  log('info', 'ocr: draining', { why });
  const deadline = setTimeout(() => process.exit(1), config.drainMs);
  server.close();
  server.closeIdleConnections();
  letGo();
  while (underWay > 0 || !pool.idle) await new Promise((resolve) => setTimeout(resolve, 20));
  server.closeAllConnections();
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
  log('info', 'ocr: listening', { port: address.port, workers: plan.workers });
});
manager.load(config.defaultReader).catch((error: unknown) => {
  log('error', 'ocr: the default model cannot be loaded; the service ends', { error: String(error) });
  process.exit(1);
});
