import { inflateRawSync } from 'node:zlib';
import type { InflateRaw } from '../../../../domain/sniff/byte-reader.ts';
import type { CheckDeflated } from '../../../../domain/sniff/tiff-picture.ts';

const SYNC_FLUSH = 2;
const tooLarge = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';

/** Gives what there is up to the limit: a prefix of deflated data is valid input here. */
export const inflate: InflateRaw = (data, maxBytes) => {
  try {
    return inflateRawSync(data, { finishFlush: SYNC_FLUSH, maxOutputLength: maxBytes });
  } catch (error) {
    if (!tooLarge(error)) throw error;
    // It expands beyond the part that is wanted: a shorter input expands to less.
    return data.length < 32 ? new Uint8Array(0) : inflate(data.subarray(0, data.length >> 1), maxBytes);
  }
};

export const checkDeflated: CheckDeflated = (data, maxBytes) => {
  inflateRawSync(data, { finishFlush: SYNC_FLUSH, maxOutputLength: maxBytes });
};
