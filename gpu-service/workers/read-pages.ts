import { RectoError } from '../../shared/domain/errors.ts';
import { assemblePage } from '../ocr/assemble-page.ts';
import { decodeImage } from '../ocr/decode.ts';
import type { PageReader } from '../ocr/page-reader.ts';
import type { PageAnswer, PageTask } from './messages.ts';

export type Outcome = PageAnswer | { thrown: unknown };

/** Reads pages that came as one batch. Each is answered once, as soon as it is done; none makes another fail. */
export async function readPages(
  reader: PageReader,
  tasks: readonly PageTask[],
  maxPixels: number,
  answer: (id: number, outcome: Outcome) => void,
): Promise<void> {
  for (const task of tasks) {
    try {
      answer(task.id, await readPage(reader, task, maxPixels));
    } catch (thrown) {
      answer(task.id, { thrown });
    }
  }
}

async function readPage(reader: PageReader, task: PageTask, maxPixels: number): Promise<Outcome> {
  const startedAt = performance.now();
  const stop = (): void => {
    if (Atomics.load(task.cancelled, 0) !== 0)
      throw new RectoError('cancelled', 'The caller went away before the page was read.');
  };
  stop();
  const raster = await decodeImage(task.image, maxPixels);
  stop();
  const decodedAt = performance.now();
  const result = await reader.read(raster, stop);
  const readAt = performance.now();
  const { width, height } = raster;
  const { number: _, ...page } = assemblePage({ number: 1, width, height, dpi: task.dpi }, result);
  const json = new TextEncoder().encode(JSON.stringify(page));
  const endedAt = performance.now();
  return {
    page: json,
    model: reader.version,
    seconds: (endedAt - startedAt) / 1000,
    stages: {
      decode: (decodedAt - startedAt) / 1000,
      read: (readAt - decodedAt) / 1000,
      layout: (endedAt - readAt) / 1000,
    },
  };
}
