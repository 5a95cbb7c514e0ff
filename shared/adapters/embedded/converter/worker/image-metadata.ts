import { latin1, view } from '../../../../domain/sniff/byte-reader.ts';

/** Segments of a JPEG before its picture data: marker and payload. */
function* jpegSegments(bytes: Uint8Array): Generator<{ marker: number; payload: Uint8Array }, void, undefined> {
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] as number;
    if (marker === 0xda) return;
    const length = view(bytes).getUint16(at + 2);
    yield { marker, payload: bytes.subarray(at + 4, at + 2 + length) };
    at += 2 + length;
  }
}

/** Pixels per inch as PNG (pHYs), JPEG (JFIF) or BMP headers say; 0 where they do not. */
export function imageDpi(bytes: Uint8Array, mediaType: string): number {
  if (mediaType === 'image/png') {
    const at = latin1(bytes.subarray(0, 4096)).indexOf('pHYs');
    return at > 0 && bytes[at + 12] === 1 ? Math.round(view(bytes).getUint32(at + 4) * 0.0254) : 0;
  }
  if (mediaType === 'image/bmp' && bytes.length > 46) return Math.round(view(bytes).getInt32(38, true) * 0.0254);
  if (mediaType !== 'image/jpeg') return 0;
  for (const { marker, payload } of jpegSegments(bytes)) {
    if (marker !== 0xe0 || latin1(payload.subarray(0, 5)) !== 'JFIF\0' || payload.length < 12) continue;
    const density = view(payload).getUint16(8);
    return payload[7] === 1 ? density : payload[7] === 2 ? Math.round(density * 2.54) : 0;
  }
  return 0;
}

/**
 * Whether the file's end mark is there: decoders fill up what is missing with gray and say nothing, and a half page that
 * passes for a whole one is lost content.
 */
export function isComplete(bytes: Uint8Array, mediaType: string): boolean {
  if (mediaType === 'image/png') {
    for (let at = 8; at + 12 <= bytes.length; ) {
      if (latin1(bytes.subarray(at + 4, at + 8)) === 'IEND') return true;
      at += 12 + view(bytes).getUint32(at);
    }
    return false;
  }
  if (mediaType !== 'image/jpeg') return true;
  let scan = 2;
  for (const { payload } of jpegSegments(bytes)) scan = payload.byteOffset - bytes.byteOffset + payload.length;
  return (
    Buffer.from(bytes.buffer, bytes.byteOffset + scan, bytes.length - scan).lastIndexOf('ffd9', undefined, 'hex') >= 0
  );
}
