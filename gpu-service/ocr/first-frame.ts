/** The first picture of an animated WebP as a still one, and where on the canvas it belongs. */
export interface FirstFrame {
  still: Uint8Array;
  x: number;
  y: number;
}

const ANIMATION = 0x02;
const FRAME_HEAD = 16;

/** Null for a WebP that is not animated. Throws RangeError when it is damaged. Source: the WebP container specification. */
export function firstFrameOfWebp(bytes: Uint8Array): FirstFrame | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.toString('latin1', 12, 16) !== 'VP8X' || ((file[20] ?? 0) & ANIMATION) === 0) return null;
  for (const { type, data } of chunksIn(file, 12)) {
    if (type !== 'ANMF') continue;
    const parts = [...chunksIn(data, FRAME_HEAD)].filter((part) => ['ALPH', 'VP8 ', 'VP8L'].includes(part.type));
    const size = data.subarray(6, 12);
    // Alpha is a chunk of its own beside a lossy picture: then the still one has to say so.
    const head = parts.some((part) => part.type === 'ALPH')
      ? [chunk('VP8X', Buffer.concat([Buffer.from([0x10, 0, 0, 0]), size]))]
      : [];
    const body = Buffer.concat([Buffer.from('WEBP'), ...head, ...parts.map((part) => chunk(part.type, part.data))]);
    return { still: chunk('RIFF', body), x: 2 * data.readUIntLE(0, 3), y: 2 * data.readUIntLE(3, 3) };
  }
  throw new RangeError('An animation without a frame.');
}

function* chunksIn(bytes: Buffer, from: number): Generator<{ type: string; data: Buffer }> {
  for (let at = from; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32LE(at + 4);
    yield { type: bytes.toString('latin1', at, at + 4), data: bytes.subarray(at + 8, at + 8 + size) };
    at += 8 + size + (size % 2);
  }
}

function chunk(type: string, data: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}
