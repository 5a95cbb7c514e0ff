import { z } from 'zod';
import { boxSchema, wordSchema } from './page.ts';

/**
 * How a converter elsewhere is spoken to: one HTTP/2 stream a call, frames both ways. A frame is a byte that tells its kind,
 * four bytes of length (big-endian), and so many bytes: JSON, or bytes as they are. The caller begins with `begin`; the
 * service asks back for blocks of the source and for pages as it needs them, so that nothing is sent that nobody reads.
 */
export const CONVERTER_PATH = '/v1/convert';
export const CONVERTER_TYPE = 'application/vnd.recto.frames';
export const FRAME_JSON = 1;
export const FRAME_BYTES = 2;
/** Of the source, in one answer. */
export const BLOCK_BYTES = 4 * 1024 * 1024;
/** The most that one frame may have: the words of a page, a block, a piece of a file. */
export const MAX_FRAME_BYTES = 64 * 1024 * 1024;

const limitsSchema = z.object({
  maxPages: z.number(),
  maxPixels: z.number(),
  maxExpandedBytes: z.number(),
  maxArchiveRatio: z.number(),
  maxOutputBytes: z.number(),
  timeoutMs: z.number().min(1).max(3_600_000),
});

/** `size` is the source's, in bytes. */
export const converterCallSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('office') }),
  z.object({ op: z.literal('inspect'), size: z.number().int().min(0), limits: limitsSchema }),
  z.object({
    op: z.literal('toPdf'),
    size: z.number().int().min(0),
    limits: limitsSchema,
    mediaType: z.string(),
    password: z.string().nullable(),
  }),
  z.object({
    op: z.literal('renderPages'),
    size: z.number().int().min(0),
    limits: limitsSchema,
    from: z.number().int(),
    to: z.number().int(),
    dpi: z.number().positive(),
    anyTextLayer: z.boolean(),
    codes: z.boolean().default(false),
  }),
  z.object({
    op: z.literal('redactPdf'),
    size: z.number().int().min(0),
    limits: limitsSchema,
    forbidden: z.array(z.string()),
  }),
]);
export type ConverterCall = z.infer<typeof converterCallSchema>;

/** The answer to a question for a page; null after the last. */
export const pageAnswerSchema = z.object({
  page: z
    .object({
      number: z.number().int(),
      boxes: z.array(boxSchema),
      dpi: z.number(),
      words: z.array(wordSchema),
      as: z.enum(['drawing', 'picture']),
    })
    .nullable(),
});

/** What the service asks for; the answer is a JSON frame `{ id }`, with a frame of bytes after it for a block. */
export type ConverterQuestion = { ask: 'block'; id: number; start: number; end: number } | { ask: 'page'; id: number };

export interface Frame {
  kind: number;
  payload: Buffer;
}

export const jsonFrame = (value: unknown): Buffer[] => frame(FRAME_JSON, Buffer.from(JSON.stringify(value)));
export const bytesFrame = (bytes: Uint8Array): Buffer[] =>
  frame(FRAME_BYTES, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));

function frame(kind: number, payload: Buffer): Buffer[] {
  const head = Buffer.alloc(5);
  head.writeUInt8(kind, 0);
  head.writeUInt32BE(payload.length, 1);
  return [head, payload];
}

/** The frames of a stream; throws for one that is too large, or cut off. */
export async function* readFrames(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    waiting.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    size += chunk.byteLength;
    for (;;) {
      if (size < 5) break;
      if ((waiting[0]?.length ?? 0) < 5) waiting = [Buffer.concat(waiting)];
      const [first = Buffer.alloc(0)] = waiting;
      const length = first.readUInt32BE(1);
      if (length > MAX_FRAME_BYTES) throw new Error(`a frame of ${length} bytes`);
      if (size < 5 + length) break;
      const all = waiting.length === 1 ? first : Buffer.concat(waiting);
      yield { kind: all.readUInt8(0), payload: all.subarray(5, 5 + length) };
      size -= 5 + length;
      waiting = size === 0 ? [] : [all.subarray(5 + length)];
    }
  }
  if (size > 0) throw new Error('the stream ended within a frame');
}
