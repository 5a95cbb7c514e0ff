import { parentPort, workerData } from 'node:worker_threads';
import { RectoError, toRectoError } from '../../shared/domain/errors.ts';
import { assemblePage } from '../ocr/assemble-page.ts';
import { decodeImage } from '../ocr/decode.ts';
import { type ReaderId, readerFiles } from '../ocr/models.ts';
import { PageReader } from '../ocr/page-reader.ts';
import { warmUpPage } from '../ocr/warm-up.ts';
import type { FromWorker, PageTask, WorkerSettings } from './messages.ts';

const port = parentPort;
if (port === null) throw new Error('This file runs as a worker thread of the OCR service.');
const settings: WorkerSettings = workerData;
const readers = new Map<ReaderId, Promise<PageReader>>();

/** Loaded at first use and kept. */
function readerFor(model: ReaderId): Promise<PageReader> {
  let reader = readers.get(model);
  if (reader === undefined) {
    reader = PageReader.open(readerFiles(model));
    readers.set(model, reader);
    reader.catch(() => readers.delete(model));
  }
  return reader;
}

async function readPage(task: PageTask): Promise<FromWorker> {
  const startedAt = performance.now();
  const stop = (): void => {
    if (Atomics.load(task.cancelled, 0) !== 0)
      throw new RectoError('cancelled', 'The caller went away before the page was read.');
  };
  stop();
  const raster = await decodeImage(task.image, settings.maxPixels);
  const reader = await readerFor(task.model);
  stop();
  const result = await reader.read(raster, stop);
  const page = assemblePage({ number: task.number, width: raster.width, height: raster.height, dpi: task.dpi }, result);
  return { kind: 'done', id: task.id, page, model: reader.version, seconds: (performance.now() - startedAt) / 1000 };
}

port.on('message', (task: PageTask) => {
  readPage(task).then(
    (answer) => port.postMessage(answer),
    (thrown: unknown) => {
      const error = toRectoError(thrown);
      if (error.code === 'internal')
        process.stderr.write(
          `${JSON.stringify({ level: 'error', time: new Date().toISOString(), message: 'ocr: reading a page failed', error: String(error.cause instanceof Error ? error.cause.stack : error.cause) })}\n`,
        );
      const failed: FromWorker = {
        kind: 'failed',
        id: task.id,
        error: { code: error.code, message: error.message, details: error.details },
      };
      port.postMessage(failed);
    },
  );
});

const reader = await readerFor(settings.warmUp);
await reader.read(warmUpPage());
const ready: FromWorker = { kind: 'ready' };
port.postMessage(ready);
