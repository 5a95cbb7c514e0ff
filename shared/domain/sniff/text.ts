export type TextEncodingName = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'shift_jis' | 'gb18030';

/** Bytes that plain text never holds: controls other than tab, line feed, form feed, carriage return, escape. */
const isControl = (byte: number): boolean =>
  byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13 && byte !== 27;

const decodes = (encoding: string, bytes: Uint8Array): boolean => {
  try {
    // `stream` tolerates a character cut off at the end of the sample.
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
};

/**
 * The encoding of what looks like text, from a sample of its start; null for binary data. A byte order mark decides; else
 * valid UTF-8; else UTF-16 by where its zero bytes lie; else a multi-byte encoding of which the sample is a valid and
 * dense example; else Windows-1252.
 */
export function detectText(sample: Uint8Array): TextEncodingName | null {
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le';
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be';
  let zeros = 0;
  let evenZeros = 0;
  let controls = 0;
  let high = 0;
  for (let i = 0; i < sample.length; i++) {
    const byte = sample[i] as number;
    if (byte === 0) {
      zeros++;
      if (i % 2 === 0) evenZeros++;
    } else if (isControl(byte)) controls++;
    else if (byte >= 0x80) high++;
  }
  if (zeros > sample.length * 0.2 && controls === 0) {
    if (evenZeros === 0) return 'utf-16le';
    if (evenZeros === zeros) return 'utf-16be';
  }
  if (zeros > 0 || controls > sample.length * 0.002) return null;
  if (decodes('utf-8', sample)) return 'utf-8';
  if (high > sample.length * 0.6 || high / Math.max(1, sample.length) > 0.15) {
    for (const encoding of ['shift_jis', 'gb18030'] as const) if (decodes(encoding, sample)) return encoding;
  }
  return high > sample.length * 0.3 ? null : 'windows-1252';
}
