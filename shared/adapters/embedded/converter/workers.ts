import type { Clock } from '../../../ports/clock.ts';
import type { ByteSource } from '../../../ports/converter.ts';
import type { Logger } from '../../../ports/logger.ts';
import type { Metrics } from '../../../ports/metrics.ts';
import { BoundedPool } from './bounded-pool.ts';
import { DocClient } from './doc-client.ts';
import type { DocOp, DocOps } from './doc-protocol.ts';
import { detectIsolation } from './isolation.ts';
import { createOfficeEngine, type OfficeEngine } from './office/engine.ts';
import { createTempDir, removeTree } from './temp-dir.ts';

const MAX_QUEUE = 512;
const IDLE_MS = 60_000;

export interface CallOptions {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  source?: ByteSource;
}

/** The processes behind the converter, and the folder that is theirs. */
export interface Workers {
  dir: string;
  office: OfficeEngine;
  doc<K extends DocOp>(op: K, params: DocOps[K]['params'], options: CallOptions): Promise<DocOps[K]['result']>;
  warmUp(): Promise<void>;
  close(): Promise<void>;
}

export interface WorkersOptions {
  tmpDir: string;
  officeWorkers: number;
  docWorkers: number;
  /** Bounds one conversion below what the call allows. */
  timeoutMs?: number;
  /** Bytes that an Office process may hold in memory. Default 2 GiB. */
  maxOfficeBytes?: number;
  log: Logger;
  metrics: Metrics;
  clock: Clock;
}

export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const { log, metrics, clock } = options;
  const [dir, isolation] = await Promise.all([createTempDir(options.tmpDir), detectIsolation()]);
  log.info('converter isolation', {
    network: isolation.network.length > 0 ? 'none' : 'not isolated: this system permits no network namespaces',
    parentDeath: isolation.parentDeath.length > 0,
    limits: isolation.limits,
  });
  const office = createOfficeEngine({
    dir,
    workers: options.officeWorkers,
    isolation,
    clock,
    log,
    maxResident: options.maxOfficeBytes,
  });
  const pool = new BoundedPool<DocClient>({
    name: 'document',
    size: options.docWorkers,
    maxQueue: MAX_QUEUE,
    start: () => DocClient.start({ dir, isolation, log }),
  });
  let cancelIdle: (() => void) | null = null;
  const idleLater = (): void => {
    cancelIdle?.();
    cancelIdle = clock.after(IDLE_MS, () => {
      if (pool.busy > 0) idleLater();
      else
        pool
          .closeIdle()
          .catch((error: unknown) => log.warn('an idle document worker did not end', { error: String(error) }));
    });
  };
  return {
    dir,
    office,
    doc: async (op, params, call) => {
      const started = performance.now();
      const { signal } = call;
      try {
        return await pool.use((worker) => worker.call(op, params, call), signal);
      } finally {
        metrics.observe('recto_converter_operation_seconds', (performance.now() - started) / 1000, { operation: op });
        idleLater();
      }
    },
    warmUp: async () => {
      await Promise.all([pool.warmUp(), office.warmUp()]);
    },
    close: async () => {
      cancelIdle?.();
      await Promise.all([pool.close(), office.close()]);
      await removeTree(dir);
    },
  };
}
