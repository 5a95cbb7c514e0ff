import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { z } from 'zod';
import {
  bytesFrame,
  CONVERTER_PATH,
  CONVERTER_TYPE,
  type ConverterCall,
  FRAME_BYTES,
  FRAME_JSON,
  type Frame,
  jsonFrame,
  readFrames,
} from '../../domain/converter-wire.ts';
import { ERROR_CODES, type ErrorCode, RectoError } from '../../domain/errors.ts';
import type { ByteSource, RedactedPage } from '../../ports/converter.ts';
import type { Authorize } from './google-http.ts';

/** Beyond the time that a document may take: for a new instance to start, and for the way. */
const MARGIN_MS = 60_000;
const RETRY_AFTER_SECONDS = 2;

export type Answer = { kind: 'json'; value: unknown } | { kind: 'bytes'; bytes: Uint8Array };

export interface RunningCall {
  /** The next answer; null after the last. Throws what the service threw. */
  next(): Promise<Answer | null>;
  /** Ends the call, read to its end or not. */
  end(): Promise<void>;
  /** Ends the call; the error to throw. */
  fail(error: RectoError): Promise<RectoError>;
}

export interface ConverterCalls {
  begin(
    call: ConverterCall,
    give: {
      source?: ByteSource;
      pages?: AsyncIterator<RedactedPage>;
      signal?: AbortSignal | undefined;
      timeoutMs?: number;
    },
  ): Promise<RunningCall>;
  close(): Promise<void>;
}

export const lost = (cause?: unknown): RectoError =>
  new RectoError('dependency_unavailable', 'The converter gave an answer of another shape; is its version the same?', {
    cause,
  });
const unreachable = (cause?: unknown): RectoError =>
  new RectoError('dependency_unavailable', 'The converter cannot be reached.', {
    cause,
    retryAfter: RETRY_AFTER_SECONDS,
  });
const crashed = (cause?: unknown): RectoError =>
  new RectoError(
    'conversion_crashed',
    'The converter was lost in the middle of the document: it takes more memory than there is, or the service was stopped.',
    { cause },
  );

const messageSchema = z.union([
  z.object({ ask: z.literal('block'), id: z.number(), start: z.number(), end: z.number() }),
  z.object({ ask: z.literal('page'), id: z.number() }),
  z.object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      class: z.enum(['transient', 'permanent', 'poison']),
      retryAfter: z.number().optional(),
      details: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
  z.object({ value: z.unknown() }),
]);

const isCode = (code: string): code is ErrorCode => Object.hasOwn(ERROR_CODES, code);

/** The calls to a converter service, over one HTTP/2 session that is made anew when it ends. */
export function createConverterCalls({ url, authorize }: { url: string; authorize: Authorize }): ConverterCalls {
  const origin = new URL(url).origin;
  let session: ClientHttp2Session | null = null;

  function connected(): ClientHttp2Session {
    if (session !== null && !session.closed && !session.destroyed) return session;
    const made = connect(origin);
    made.on('error', () => made.destroy());
    made.on('goaway', () => made.close());
    // A process that has nothing else to do may end.
    made.unref();
    session = made;
    return made;
  }

  async function begin(call: ConverterCall, give: Parameters<ConverterCalls['begin']>[1]): Promise<RunningCall> {
    const { signal } = give;
    signal?.throwIfAborted();
    const stream = connected().request({
      ':method': 'POST',
      ':path': CONVERTER_PATH,
      'content-type': CONVERTER_TYPE,
      ...(await authorize()),
    });
    const idle = give.timeoutMs ?? ('limits' in call ? call.limits.timeoutMs : 0) + MARGIN_MS;
    let problem: unknown = null;
    let status: number | null = null;
    stream.on('error', (error) => {
      problem ??= error;
    });
    stream.setTimeout(idle, () => {
      problem ??= new Error(`nothing for ${idle} ms`);
      stream.close(constants.NGHTTP2_CANCEL);
    });
    const onAbort = (): void => stream.close(constants.NGHTTP2_CANCEL);
    signal?.addEventListener('abort', onAbort, { once: true });
    const end = async (): Promise<void> => {
      signal?.removeEventListener('abort', onAbort);
      if (!stream.closed) stream.close(stream.readableEnded ? constants.NGHTTP2_NO_ERROR : constants.NGHTTP2_CANCEL);
    };
    /** What a stream that ended too early means. */
    const broken = (cause?: unknown): unknown => {
      if (signal?.aborted === true) return signal.reason;
      return status === null ? unreachable(problem ?? cause) : crashed(problem ?? cause);
    };
    send(stream, jsonFrame(call));
    const frames = readFrames(stream)[Symbol.asyncIterator]();
    const blocks = give.source === undefined ? null : sourceBlocks(give.source);
    const headers = await new Promise<number | null>((resolve) => {
      stream.once('response', (answer) => resolve(Number(answer[':status'])));
      stream.once('close', () => resolve(null));
    });
    if (headers === null) {
      await end();
      throw broken();
    }
    status = headers;
    if (status !== 200) {
      await end();
      throw refusal(status);
    }

    async function frame(): Promise<Frame | null> {
      try {
        const next = await frames.next();
        return next.done === true ? null : next.value;
      } catch (cause) {
        throw broken(cause);
      }
    }

    async function answerQuestion(
      asked: { ask: 'block'; id: number; start: number; end: number } | { ask: 'page'; id: number },
    ) {
      const { id } = asked;
      if (asked.ask === 'block') {
        if (blocks === null) throw lost();
        const bytes = await blocks.read(asked.start, asked.end);
        send(stream, jsonFrame({ id }));
        await drained(stream, send(stream, bytesFrame(bytes)));
        return;
      }
      const next = await give.pages?.next();
      const page = next === undefined || next.done === true ? null : next.value;
      await drained(stream, send(stream, jsonFrame({ id, page })));
    }

    const call_: RunningCall = {
      next: async () => {
        try {
          for (;;) {
            const found = await frame();
            if (found === null) {
              // The end of the answers is told; a stream that just ends was cut off.
              throw broken();
            }
            if (found.kind === FRAME_BYTES) return { kind: 'bytes', bytes: found.payload };
            if (found.kind !== FRAME_JSON) throw lost();
            const json: unknown = JSON.parse(found.payload.toString('utf8'));
            if (json === null) return null;
            const parsed = messageSchema.safeParse(json);
            if (!parsed.success) throw lost(parsed.error);
            const message = parsed.data;
            if ('ask' in message) await answerQuestion(message);
            else if ('error' in message) throw errorOf(message.error);
            else return { kind: 'json', value: message.value };
          }
        } catch (thrown) {
          await blocks?.close();
          await end();
          throw thrown;
        }
      },
      end: async () => {
        await blocks?.close();
        await end();
      },
      fail: async (error) => {
        await end();
        return error;
      },
    };
    return call_;
  }

  return {
    begin,
    close: async () => {
      session?.destroy();
      session = null;
    },
  };
}

function refusal(status: number): RectoError {
  if (status === 429 || status === 503)
    return new RectoError('overloaded', 'The converter is at its limits.', { retryAfter: RETRY_AFTER_SECONDS });
  if (status === 401 || status === 403)
    return new RectoError(
      'not_configured',
      `The converter does not let this process in (HTTP ${status}). Grant its service account the role run.invoker.`,
    );
  return new RectoError('dependency_unavailable', `The converter answered HTTP ${status}.`);
}

function errorOf(error: {
  code: string;
  message: string;
  class: 'transient' | 'permanent' | 'poison';
  retryAfter?: number | undefined;
  details?: Record<string, unknown> | undefined;
}): RectoError {
  const { message, details, retryAfter } = error;
  const code = isCode(error.code) ? error.code : 'conversion_failed';
  return new RectoError(code, message, {
    class: error.class,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(details === undefined ? {} : { details }),
  });
}

/** False when the stream wants to be waited for. */
function send(stream: ClientHttp2Stream, parts: readonly Buffer[]): boolean {
  let room = true;
  for (const part of parts) if (!stream.destroyed && !stream.writableEnded) room = stream.write(part);
  return room;
}
async function drained(stream: ClientHttp2Stream, room: boolean): Promise<void> {
  if (room || stream.destroyed) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.once('drain', done);
    stream.once('close', done);
  });
}

/** Blocks of a source. Where they follow each other the rest is read in one request; else no more than was asked for. */
function sourceBlocks(source: ByteSource) {
  let open: { at: number; chunks: AsyncIterator<Uint8Array>; rest: Buffer } | null = null;
  let readUpTo = -1;
  const close = async (): Promise<void> => {
    const old = open;
    open = null;
    await old?.chunks.return?.();
  };
  return {
    close,
    read: async (start: number, end: number): Promise<Buffer> => {
      const sequential = start === readUpTo;
      if (open === null || open.at !== start) {
        await close();
        const chunks = await source.open({ start, end: sequential ? source.size : end });
        open = { at: start, chunks: chunks[Symbol.asyncIterator](), rest: Buffer.alloc(0) };
      }
      const parts: Buffer[] = [open.rest];
      let size = open.rest.length;
      while (size < end - start) {
        const next = await open.chunks.next();
        if (next.done === true) break;
        parts.push(Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength));
        size += next.value.byteLength;
      }
      const all = Buffer.concat(parts);
      const block = all.subarray(0, end - start);
      readUpTo = start + block.length;
      open.at = readUpTo;
      open.rest = all.subarray(block.length);
      // One that was opened for this block alone has no more to give.
      if (open.rest.length === 0 && !sequential) await close();
      return block;
    },
  };
}
