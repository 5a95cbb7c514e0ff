import type { Converter } from '../../ports/converter.ts';
import { inspect } from './converter/inspect.ts';
import { renderPages } from './converter/pages.ts';
import { redactPdf } from './converter/redact-pdf.ts';
import { toPdf } from './converter/to-pdf.ts';
import { startWorkers, type Workers, type WorkersOptions } from './converter/workers.ts';

export interface EmbeddedConverter extends Converter {
  /** Starts every worker now, so that the first document does not wait for it. Without Office, the others. */
  warmUp(): Promise<void>;
  /** Kills the workers and removes their files. */
  close(): Promise<void>;
}

/**
 * The converter on one machine: child processes of its own (`docWorkers` for PDF, images and type detection,
 * `officeWorkers` warm LibreOffice processes), each in its own process group, without network where the system permits,
 * killed and replaced on timeout, on too much memory and after a fixed number of documents. Nothing starts before the
 * first call or `warmUp`. Temporary files live in a folder of this process under `tmpDir`.
 */
export function createConverter(options: WorkersOptions): EmbeddedConverter {
  let started: Promise<Workers> | null = null;
  const workers = (): Promise<Workers> => {
    started ??= startWorkers(options).catch((error: unknown) => {
      started = null;
      throw error;
    });
    return started;
  };
  return {
    inspect: async (params) => inspect(await workers(), params),
    toPdf: async (params) => {
      const timeoutMs = Math.min(params.limits.timeoutMs, options.timeoutMs ?? Number.POSITIVE_INFINITY);
      return toPdf(await workers(), { ...params, limits: { ...params.limits, timeoutMs } });
    },
    renderPages: async function* (params) {
      yield* renderPages(await workers(), params);
    },
    redactPdf: async (params) => redactPdf(await workers(), params),
    office: async () => (await workers()).office.status(),
    warmUp: async () => (await workers()).warmUp(),
    close: async () => {
      if (started !== null) await (await started).close();
    },
  };
}
