import { latin1, view } from '../sniff/byte-reader.ts';

/** Size, resolution, pixels, end: whatever else a PNG may hold says something beside its picture. */
const OF_THE_PICTURE: readonly string[] = ['IHDR', 'pHYs', 'IDAT', 'IEND'];
const SIGNATURE = '\x89PNG\r\n\x1a\n';

/**
 * Whether the bytes are one PNG and nothing else: no text, profile, EXIF or animation chunks, nothing behind the end
 * (ISO/IEC 15948, 5.3).
 */
export function isBarePng(bytes: Uint8Array): boolean {
  if (latin1(bytes.subarray(0, 8)) !== SIGNATURE) return false;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const type = latin1(bytes.subarray(at + 4, at + 8));
    if (!OF_THE_PICTURE.includes(type)) return false;
    at += 12 + view(bytes).getUint32(at);
    if (type === 'IEND') return at === bytes.length;
  }
  return false;
}
