import type { Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { RectoError, toRectoError } from '#shared/domain/errors.ts';

export interface FilePart {
  filename: string;
  body: AsyncIterable<Uint8Array>;
}

export interface Form<T> {
  fields: Map<string, string>;
  /** What `onFile` made of the part `file`. */
  file: T;
}

const LIMITS = { files: 1, fields: 80, parts: 90, headerPairs: 50, headerSize: 16 * 1024 };
const FIELD_BYTES = 8192;
const RETRY = 'Check how the form is built and send it again.';

/**
 * Reads a form with one file in the part `file`, streaming: `onFile` gets the bytes as they arrive. Other parts may come
 * before or after it, of at most 8 KiB, or of so many bytes as `longer` says of their names. Each name once; anything that is not a whole form is `invalid_request`.
 */
export async function readMultipart<T>(
  source: AsyncIterable<Uint8Array>,
  contentType: string,
  onFile: (part: FilePart) => Promise<T>,
  longer: Readonly<Record<string, number>> = {},
): Promise<Form<T>> {
  const most = new Map(Object.entries(longer));
  const parser = createParser(contentType, Math.max(FIELD_BYTES, ...most.values()));
  const fields = new Map<string, string>();
  let open: Readable | null = null;
  let handled: Promise<T> | null = null;
  let fail: (error: RectoError) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const finished = new Promise<void>((resolve) => parser.once('finish', () => resolve()));
  parser.on('error', (error: unknown) => fail(malformed(error)));
  for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const)
    parser.on(limit, () => fail(flawed(`The form has too many ${limit.replace('Limit', '')}: one file is taken.`)));
  parser.on('field', (name, value, nameCut, valueCut) => {
    if (name === undefined || name === '') return fail(flawed('A part of the form has no name.'));
    const bytes = most.get(name) ?? FIELD_BYTES;
    if (nameCut || valueCut || Buffer.byteLength(value) > bytes)
      return fail(flawed(`The part ${shown(name)} is longer than ${bytes} bytes.`));
    if (fields.has(name)) return fail(flawed(`The part ${shown(name)} is there twice.`));
    fields.set(name, value);
  });
  parser.on('file', (name, stream, filename) => {
    open = stream;
    stream.on('error', () => {});
    if (name !== 'file' || filename === undefined || filename === '') {
      stream.resume();
      return fail(flawed('The file belongs into the part named file, with a filename.'));
    }
    handled = onFile({ filename, body: stream });
    handled.catch((error: unknown) => fail(toRectoError(error)));
  });

  try {
    await Promise.race([failed, pump(source, parser, failed).then(() => finished)]);
    if (handled === null) throw flawed('The form has no file: send it in the part named file, with a filename.');
    return { fields, file: await Promise.race([failed, handled]) };
  } catch (error) {
    failed.catch(() => {});
    destroy(open, error);
    if (handled !== null) await Promise.resolve(handled).catch(() => {});
    throw error;
  }
}

function createParser(contentType: string, fieldSize: number): BusboyInstance {
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits: { ...LIMITS, fieldSize } });
  } catch (error) {
    throw malformed(error);
  }
}

async function pump(source: AsyncIterable<Uint8Array>, parser: BusboyInstance, failed: Promise<never>): Promise<void> {
  for await (const chunk of source) {
    const taken = parser.write(chunk)
      ? Promise.resolve()
      : new Promise<void>((resolve) => parser.once('drain', () => resolve()));
    await Promise.race([failed, taken]);
  }
  parser.end();
}

/** Tells whoever still reads the part that no more will come. */
function destroy(stream: Readable | null, reason: unknown): void {
  stream?.destroy(reason instanceof Error ? reason : new Error('the form was given up'));
}

const shown = (name: string): string => JSON.stringify(name.slice(0, 60));
const flawed = (what: string): RectoError => new RectoError('invalid_request', `${what} ${RETRY}`);
const malformed = (cause: unknown): RectoError =>
  new RectoError('invalid_request', `The body is not a whole multipart/form-data form. ${RETRY}`, { cause });
