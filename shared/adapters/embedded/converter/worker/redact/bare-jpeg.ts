const [SOI, SOS, APP0, APP14, APP15, COMMENT] = [0xd8, 0xda, 0xe0, 0xee, 0xef, 0xfe];

/**
 * A JPEG without what does not make its picture (ITU T.81, B.2): application segments (Exif with its thumbnail, XMP,
 * Photoshop) other than JFIF's and Adobe's, comments, and whatever follows its end. Null when it is no JPEG.
 */
export function bareJpeg(bytes: Uint8Array): Uint8Array | null {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return null;
  const parts: Uint8Array[] = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    if (length < 2) return null;
    const extra = (marker > APP0 && marker <= APP15 && marker !== APP14) || marker === COMMENT;
    // JFIF may carry a thumbnail behind its fourteen bytes of facts.
    const spare = marker === APP0 && length > 16;
    if (!extra && !spare) parts.push(bytes.subarray(at, at + 2 + length));
    at += 2 + length;
    if (marker !== SOS) continue;
    const end = endOfScan(bytes, at);
    parts.push(bytes.subarray(at, end));
    at = end;
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) {
      parts.push(bytes.subarray(at, at + 2));
      return join(parts);
    }
  }
  return null;
}

/** Index of the marker that ends the entropy-coded data from `at`: neither a stuffed zero nor a restart. */
function endOfScan(bytes: Uint8Array, at: number): number {
  for (let i = at; i + 1 < bytes.length; i++) {
    if (bytes[i] !== 0xff) continue;
    const next = bytes[i + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return i;
  }
  return bytes.length;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
