import { RectoError } from '../../../../domain/errors.ts';
import type { Clock } from '../../../../ports/clock.ts';
import type { Logger } from '../../../../ports/logger.ts';
import { BoundedPool } from '../bounded-pool.ts';
import type { Isolation } from '../isolation.ts';
import { OfficeClient, type OfficeTask } from './client.ts';
import { locateOffice, OFFICE_MISSING, type OfficeInstall } from './locate.ts';

const IDLE_MS = 3 * 60_000;
const MAX_QUEUE = 64;

export interface OfficeEngine {
  convert(
    task: OfficeTask,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<{ rows: number | null; warnings: string[] }>;
  status(): Promise<{ available: boolean; version: string | null; lastSuccessAt: number | null }>;
  warmUp(): Promise<void>;
  close(): Promise<void>;
}

/** A pool of warm Office processes, started when first needed and ended when idle for some minutes. */
export function createOfficeEngine(params: {
  dir: string;
  workers: number;
  isolation: Isolation;
  clock: Clock;
  log: Logger;
  maxResident?: number | undefined;
}): OfficeEngine {
  let located: Promise<OfficeInstall | null> | null = null;
  let lastSuccessAt: number | null = null;
  let cancelIdle: (() => void) | null = null;
  const locate = (): Promise<OfficeInstall | null> => {
    // It may be installed while we run, and a look may be cut off: look again at the next need.
    const again = (): null => {
      located = null;
      return null;
    };
    located ??= locateOffice().then(
      (install) => install ?? again(),
      (error: unknown) => {
        again();
        throw error;
      },
    );
    return located;
  };
  const pool = new BoundedPool<OfficeClient>({
    name: 'Office',
    size: params.workers,
    maxQueue: MAX_QUEUE,
    start: async () => {
      const install = await locate();
      if (install === null) throw new RectoError('conversion_unavailable', OFFICE_MISSING);
      const { dir, isolation, log, maxResident } = params;
      return OfficeClient.start({ dir, install, isolation, log, maxResident });
    },
  });
  const idleLater = (): void => {
    cancelIdle?.();
    cancelIdle = params.clock.after(IDLE_MS, () => {
      if (pool.busy > 0) idleLater();
      else
        pool
          .closeIdle()
          .catch((error: unknown) => params.log.warn('an idle Office process did not end', { error: String(error) }));
    });
  };
  return {
    convert: async (task, timeoutMs, signal) => {
      if ((await locate()) === null) throw new RectoError('conversion_unavailable', OFFICE_MISSING);
      try {
        const result = await pool.use((worker) => worker.convert(task, timeoutMs, signal), signal);
        lastSuccessAt = params.clock.now();
        return result;
      } finally {
        idleLater();
      }
    },
    status: async () => {
      const install = await locate().catch(() => null);
      return { available: install !== null, version: install?.version ?? null, lastSuccessAt };
    },
    warmUp: async () => {
      if ((await locate().catch(() => null)) === null) return;
      await pool.warmUp();
      idleLater();
    },
    close: async () => {
      cancelIdle?.();
      await pool.close();
    },
  };
}
