import { readFile } from 'node:fs/promises';
import { RectoError } from '../../../../domain/errors.ts';
import { detectText } from '../../../../domain/sniff/text.ts';

const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/** A text file as a string, from whatever encoding it shows; line ends become `\n`. */
export async function decodeText(file: string): Promise<string> {
  const bytes = await readFile(file);
  if (bytes.length > MAX_TEXT_BYTES)
    throw new RectoError(
      'limit_exceeded',
      `The text has ${bytes.length} bytes; at most ${MAX_TEXT_BYTES} are laid out. Split it.`,
    );
  const encoding = detectText(bytes.subarray(0, 262_144));
  if (encoding === null) throw new RectoError('file_corrupt', 'The file is said to be text, but holds binary data.');
  return new TextDecoder(encoding).decode(bytes).replace(/\r\n?/g, '\n').replaceAll('\0', '');
}
