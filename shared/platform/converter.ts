import path from 'node:path';
import { systemClock } from '../adapters/embedded/clock.ts';
import { createConverter, type EmbeddedConverter } from '../adapters/embedded/converter.ts';
import { createLogger, type LogLevel } from '../adapters/embedded/logger.ts';
import { createMetrics } from '../adapters/embedded/metrics.ts';
import { withSeverity } from '../adapters/gcp/log-lines.ts';
import type { Logger } from '../ports/logger.ts';

/** What the converter service is made of: the converter of one machine, and a log. No store, no bus, no credentials. */
export function createConverterPlatform(params: {
  tmpDir: string;
  workers: number;
  timeoutMs: number;
  logLevel: LogLevel;
}): { converter: EmbeddedConverter; log: Logger } {
  const clock = systemClock;
  const write = (line: string): void => void process.stdout.write(withSeverity(line));
  const log = createLogger({ level: params.logLevel, clock, write }).with({ service: 'converter' });
  const converter = createConverter({
    tmpDir: path.join(params.tmpDir, 'recto-converter'),
    officeWorkers: params.workers,
    docWorkers: params.workers,
    timeoutMs: params.timeoutMs,
    log,
    metrics: createMetrics(),
    clock,
  });
  return { converter, log };
}
