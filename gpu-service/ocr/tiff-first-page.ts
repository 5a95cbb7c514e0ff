import { inflateRawSync } from 'node:zlib';
import { firstTiffDirectory, isolateTiffPicture, type TiffPicture } from '../../shared/domain/sniff/tiff-picture.ts';

/** A prefix of deflated data is valid: what is checked is how much it gives. */
const SYNC_FLUSH = 2;

/**
 * A copy of a TIFF that has its first picture and nothing else: the decoder follows directories wherever they lead, also in
 * circles, and takes sizes from wherever they point. Null without a picture. Errors: `file_corrupt`, `file_truncated`.
 */
export function firstPageOfTiff(bytes: Uint8Array): { file: ArrayBuffer; picture: TiffPicture } | null {
  const copy = new Uint8Array(bytes);
  const picture = isolateTiffPicture(copy, firstTiffDirectory(copy), (data, maxOutputLength) => {
    inflateRawSync(data, { finishFlush: SYNC_FLUSH, maxOutputLength });
  });
  return picture === null ? null : { file: copy.buffer, picture };
}
