import { RectoError } from '../../shared/domain/errors.ts';
import type { ReaderFiles } from '../ocr/models.ts';
import { PageReader } from '../ocr/page-reader.ts';

/** Of this thread. */
const readers = new Map<string, PageReader>();

/** Loads and warms; again does nothing. */
export async function loadReader(name: string, files: ReaderFiles): Promise<void> {
  if (readers.has(name)) return;
  const reader = await PageReader.open(files);
  try {
    await reader.warmUp();
  } catch (error) {
    await reader.close();
    throw error;
  }
  readers.set(name, reader);
}

export async function dropReader(name: string): Promise<void> {
  const reader = readers.get(name);
  readers.delete(name);
  await reader?.close();
}

export function readerNamed(name: string): PageReader {
  const reader = readers.get(name);
  if (reader === undefined) throw new RectoError('internal', `The reader "${name}" is not loaded in this thread.`);
  return reader;
}
