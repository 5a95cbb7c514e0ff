import { systemClock } from '#shared/adapters/embedded/clock.ts';
import { createConverter, type EmbeddedConverter } from '#shared/adapters/embedded/converter.ts';
import { RectoError } from '#shared/domain/errors.ts';
import type { ByteSource, Limits, RedactedPage } from '#shared/ports/converter.ts';
import type { Logger } from '#shared/ports/logger.ts';
import type { Metrics } from '#shared/ports/metrics.ts';

export const LIMITS: Limits = {
  maxPages: 2000,
  maxPixels: 100_000_000,
  maxExpandedBytes: 1024 ** 3,
  maxArchiveRatio: 200,
  maxOutputBytes: 256 * 1024 * 1024,
  timeoutMs: 60_000,
};

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  with: () => silent,
};
const uncounted: Metrics = {
  increment: () => undefined,
  gauge: () => undefined,
  observe: () => undefined,
  expose: async () => '',
};

export const startConverter = (
  tmpDir: string,
  over: { officeWorkers?: number; docWorkers?: number; maxOfficeBytes?: number } = {},
): EmbeddedConverter =>
  createConverter({
    tmpDir,
    officeWorkers: 1,
    docWorkers: 1,
    log: silent,
    metrics: uncounted,
    clock: systemClock,
    ...over,
  });

/** Bytes at hand as a source; counts how many were asked for. */
export function sourceOf(data: string | Uint8Array): ByteSource & { served: number } {
  const bytes = Buffer.from(data);
  const source = {
    size: bytes.length,
    served: 0,
    open: async (range?: { start: number; end: number }) => {
      const part = range === undefined ? bytes : bytes.subarray(range.start, range.end);
      source.served += part.length;
      return (async function* () {
        for (let at = 0; at < part.length; at += 65_536) yield part.subarray(at, at + 65_536);
      })();
    },
  };
  return source;
}

export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** The code of the error that a call ends with; 'ok' when it does not. Anything else than a coded error is rethrown. */
export async function outcome(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    if (error instanceof RectoError) return error.code;
    throw error;
  }
}

/** Whether Office documents can be expected to convert here: always, unless RECTO_NO_OFFICE=1 says that it is not wanted. */
export const OFFICE_EXPECTED = process.env.RECTO_NO_OFFICE !== '1' || process.env.REQUIRE_SERVICES === '1';

export async function* pagesOf(...pages: readonly RedactedPage[]): AsyncGenerator<RedactedPage> {
  yield* pages;
}
