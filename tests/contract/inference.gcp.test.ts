import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#shared/adapters/embedded/clock.ts';
import { createInference } from '#shared/adapters/embedded/inference.ts';
import { createLogger } from '#shared/adapters/embedded/logger.ts';
import { createMetrics } from '#shared/adapters/embedded/metrics.ts';
import { withinRequestLimit } from '#shared/adapters/gcp/inference.ts';
import type { Inference } from '#shared/ports/inference.ts';
import { drawPage } from '#tests/support/draw-page.ts';
import { isReady, type RunningService, startOcrService, until } from '#tests/support/ocr-service.ts';
import { inferenceContract } from './inference.ts';

/** Page images here have a few hundred bytes: so every call of more than one is split. */
const SMALL = 600;

describe('an OCR service on Cloud Run', () => {
  const log = createLogger({ level: 'error', clock: systemClock });
  const metrics = createMetrics({ processMetrics: false });
  let service: RunningService;
  let inference: Inference;
  beforeAll(async () => {
    service = await startOcrService({ OCR_QUEUE_PAGES: '3' });
    await until(() => isReady(service.url), 60_000);
    inference = createInference({ service: service.url, log, metrics });
  });
  afterAll(async () => {
    service.process.kill('SIGTERM');
    await service.exited;
  });

  inferenceContract(() => ({ inference: withinRequestLimit(inference), capacity: 4 }));

  it('reads what is too much for one request in several, and answers as one', async () => {
    const page = (number: number, text: string) => ({
      number,
      image: drawPage([{ text, x: 40, y: 90, size: 40 }], { width: 500, height: 160 }).png,
      mediaType: 'image/png',
      dpi: 150,
    });
    const pages = [page(3, 'Third'), page(1, 'First'), page(2, 'Second')];
    const { pages: read } = await withinRequestLimit(inference, SMALL).ocr({ pages });
    expect(read.map(({ number, lines }) => [number, lines[0]?.text])).toEqual([
      [3, 'Third'],
      [1, 'First'],
      [2, 'Second'],
    ]);
  });
});
