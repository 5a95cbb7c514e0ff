import { RectoError } from '../../shared/domain/errors.ts';
import { assemblePage } from '../ocr/assemble-page.ts';
import { decodeImage } from '../ocr/decode.ts';
import type { PageReader, ReadResult } from '../ocr/page-reader.ts';
import type { Raster } from '../ocr/raster.ts';
import type { PageAnswer, PageTask } from './messages.ts';

export type Outcome = PageAnswer | { thrown: unknown };

interface Sheet {
  task: PageTask;
  raster: Raster;
  decodeSeconds: number;
}

/**
 * Reads pages that came as one batch. Each is answered once; none makes another fail: when reading them together does not
 * work out, they are read one by one. A page whose caller has gone is not decoded, or what was read of it is dropped.
 */
export async function readPages(
  reader: PageReader,
  tasks: readonly PageTask[],
  maxPixels: number,
  answer: (id: number, outcome: Outcome) => void,
): Promise<void> {
  const sheets: Sheet[] = [];
  for (const task of tasks) {
    try {
      const startedAt = performance.now();
      stopFor([task]);
      const raster = await decodeImage(task.image, maxPixels);
      sheets.push({ task, raster, decodeSeconds: secondsSince(startedAt) });
    } catch (thrown) {
      answer(task.id, { thrown });
    }
  }
  const together = sheets.length > 1 ? await readBatch(reader, sheets, answer) : false;
  if (!together) for (const sheet of sheets) await readBatch(reader, [sheet], answer);
}

/** False, with nobody answered, when several could not be read together. */
async function readBatch(
  reader: PageReader,
  sheets: readonly Sheet[],
  answer: (id: number, outcome: Outcome) => void,
): Promise<boolean> {
  const tasks = sheets.map(({ task }) => task);
  let results: ReadResult[];
  const startedAt = performance.now();
  try {
    const rasters = sheets.map(({ raster }) => raster);
    results = await reader.readMany(rasters, () => stopFor(tasks));
  } catch (thrown) {
    if (sheets.length > 1) return false;
    for (const { id } of tasks) answer(id, { thrown });
    return true;
  }
  const share = secondsSince(startedAt) / sheets.length;
  for (const [index, sheet] of sheets.entries()) {
    const { task } = sheet;
    try {
      stopFor([task]);
      answer(task.id, written(reader.version, sheet, results[index], { share, of: sheets.length }));
    } catch (thrown) {
      answer(task.id, { thrown });
    }
  }
  return true;
}

function written(
  model: string,
  { task, raster, decodeSeconds }: Sheet,
  result: ReadResult | undefined,
  batch: { share: number; of: number },
): PageAnswer {
  if (result === undefined) throw new TypeError('A page of a batch gave no result.');
  const startedAt = performance.now();
  const { width, height } = raster;
  const { number: _, ...page } = assemblePage({ number: 1, width, height, dpi: task.dpi }, result, raster);
  const json = new TextEncoder().encode(JSON.stringify(page));
  const layout = secondsSince(startedAt);
  const spent = Object.entries(result.seconds).map(([stage, seconds]) => [stage, seconds / batch.of] as const);
  return {
    page: json,
    model,
    seconds: decodeSeconds + batch.share + layout,
    stages: { decode: decodeSeconds, ...Object.fromEntries(spent), layout },
  };
}

/** Throws when nobody waits for any of the pages any more. */
function stopFor(tasks: readonly PageTask[]): void {
  if (tasks.every(({ cancelled }) => Atomics.load(cancelled, 0) !== 0))
    throw new RectoError('cancelled', 'The caller went away before the page was read.');
}

const secondsSince = (startedAt: number): number => (performance.now() - startedAt) / 1000;
