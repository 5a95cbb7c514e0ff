import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

const MAX_BYTES = 10 * 1024 * 1024;

/**
 * Takes log lines into a file, written once a turn of the event loop. At 10 MB the file becomes `<file>.1` (an older one is
 * dropped) and a new one begins. A disk that is full costs lines, never the platform.
 */
export function createLogFile(file: string): { write: (line: string) => void; flush: () => void } {
  mkdirSync(path.dirname(file), { recursive: true });
  let descriptor = openSync(file, 'a', 0o640);
  let size = fstatSync(descriptor).size;
  let waiting = '';
  const flush = (): void => {
    const text = waiting;
    waiting = '';
    if (text === '') return;
    try {
      if (size > MAX_BYTES) {
        closeSync(descriptor);
        renameSync(file, `${file}.1`);
        descriptor = openSync(file, 'a', 0o640);
        size = 0;
      }
      size += writeSync(descriptor, text);
    } catch (error) {
      process.stderr.write(`the log could not be written: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  };
  return {
    flush,
    write: (line) => {
      if (waiting === '') setImmediate(flush);
      waiting += line;
    },
  };
}
