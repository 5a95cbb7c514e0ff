import { parentPort, workerData } from 'node:worker_threads';
import { toRectoError } from '../../shared/domain/errors.ts';
import { configureSessions } from '../ocr/session.ts';
import type { FromWorker, ToWorker, WorkerError, WorkerSettings } from './messages.ts';
import { readPages } from './read-pages.ts';
import { dropReader, loadReader, readerNamed } from './readers.ts';

const port = parentPort;
if (port === null) throw new Error('This file runs as a worker thread of the OCR service.');
const settings: WorkerSettings = workerData;
configureSessions(settings.session);

const say = (message: FromWorker): void => {
  // Results are handed over, not copied.
  port.postMessage(message, message.kind === 'done' ? [message.page.buffer as ArrayBuffer] : []);
};

function told(thrown: unknown, what: string): WorkerError {
  const error = toRectoError(thrown);
  const { code, message, details } = error;
  if (code === 'internal') {
    const why = String(error.cause instanceof Error ? error.cause.stack : error.cause);
    const line = { level: 'error', time: new Date().toISOString(), message: `ocr: ${what} failed`, error: why };
    process.stderr.write(`${JSON.stringify(line)}\n`);
  }
  return { code, message, details };
}

async function obey(message: ToWorker): Promise<void> {
  const { reader } = message;
  switch (message.kind) {
    case 'load':
      try {
        await loadReader(reader, message.files);
        say({ kind: 'loaded', reader });
      } catch (thrown) {
        say({ kind: 'refused', reader, error: told(thrown, `loading "${reader}"`) });
      }
      return;
    case 'unload':
      await dropReader(reader);
      say({ kind: 'unloaded', reader });
      return;
    case 'read':
      await readPages(readerNamed(reader), message.tasks, settings.maxPixels, (id, outcome) => {
        if ('page' in outcome) say({ kind: 'done', id, ...outcome });
        else say({ kind: 'failed', id, error: told(outcome.thrown, 'reading a page') });
      });
  }
}

// One after another: a reader is never dropped under a page.
let last: Promise<void> = Promise.resolve();
port.on('message', (message: ToWorker) => {
  last = last.then(() => obey(message));
});
say({ kind: 'up' });
