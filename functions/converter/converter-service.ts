import { createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import {
  BLOCK_BYTES,
  bytesFrame,
  CONVERTER_PATH,
  type ConverterCall,
  type ConverterQuestion,
  converterCallSchema,
  FRAME_BYTES,
  FRAME_JSON,
  type Frame,
  jsonFrame,
  pageAnswerSchema,
  readFrames,
} from '#shared/domain/converter-wire.ts';
import { RectoError, toRectoError } from '#shared/domain/errors.ts';
import type { ByteSource, Converter, RedactedPage } from '#shared/ports/converter.ts';
import type { Logger } from '#shared/ports/logger.ts';

/** A caller that is silent for so long is gone. */
const IDLE_MS = 600_000;

/**
 * Serves a converter to `shared/adapters/gcp/converter.ts`: HTTP/2 without TLS, as Cloud Run hands it in once it has checked
 * who calls. `GET /healthz` answers 200.
 */
export function createConverterService(params: { converter: Converter; log: Logger }): Http2Server {
  const { converter, log } = params;
  const server = createServer();
  server.on('stream', (stream, headers) => {
    stream.on('error', (error) => log.debug('a converter call broke off', { error }));
    stream.setTimeout(IDLE_MS, () => stream.destroy());
    void serve(stream, headers).catch((error: unknown) => {
      log.error('a converter call failed', { error });
      stream.destroy();
    });
  });

  async function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const path = headers[':path'];
    if (path !== CONVERTER_PATH || headers[':method'] !== 'POST') {
      stream.respond({ ':status': path === '/healthz' ? 200 : 404 }, { endStream: true });
      return;
    }
    const gone = new AbortController();
    stream.once('close', () => gone.abort(new RectoError('cancelled', 'The caller went away.')));
    stream.respond({ ':status': 200, 'content-type': headers['content-type'] });
    const peer = createPeer(stream, gone.signal);
    try {
      const call = converterCallSchema.parse(await peer.call());
      for await (const answer of answersOf(converter, call, peer, gone.signal))
        await peer.send(answer instanceof Uint8Array ? bytesFrame(answer) : jsonFrame({ value: answer }));
      await peer.send(jsonFrame(null));
    } catch (thrown) {
      if (gone.signal.aborted) return;
      const { code, message, class: kind, retryAfter, details, cause } = toRectoError(thrown);
      if (code === 'internal') log.error('a conversion failed inside', { error: cause ?? thrown });
      await peer.send(jsonFrame({ error: { code, message, class: kind, retryAfter, details } }));
    } finally {
      stream.end();
    }
  }
  return server;
}

interface Peer {
  call(): Promise<unknown>;
  block(start: number, end: number): Promise<Buffer>;
  page(): Promise<RedactedPage | null>;
  send(parts: readonly Buffer[]): Promise<void>;
}

/** The caller: what it sends is the call, then the answers to what it is asked, in the order of asking. */
function createPeer(stream: ServerHttp2Stream, signal: AbortSignal): Peer {
  const frames = readFrames(stream)[Symbol.asyncIterator]();
  let id = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const frame = async (kind: number): Promise<Frame> => {
    const next = await frames.next();
    signal.throwIfAborted();
    if (next.done === true || next.value.kind !== kind)
      throw new RectoError('invalid_request', 'The caller did not send what it was asked for.');
    return next.value;
  };
  const json = async (): Promise<Record<string, unknown>> => {
    const parsed: unknown = JSON.parse((await frame(FRAME_JSON)).payload.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  };
  /** One question at a time: answers carry no more than their order. */
  const inTurn = <T>(fn: () => Promise<T>): Promise<T> => {
    const mine = turn.then(fn);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const send = async (parts: readonly Buffer[]): Promise<void> => {
    let room = true;
    for (const part of parts) if (!stream.destroyed) room = stream.write(part);
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
  };
  const ask = async (question: ConverterQuestion): Promise<Record<string, unknown>> => {
    await send(jsonFrame(question));
    const answer = await json();
    if (answer.id !== question.id) throw new RectoError('invalid_request', 'The caller answered another question.');
    return answer;
  };
  return {
    call: json,
    send,
    block: (start, end) =>
      inTurn(async () => {
        await ask({ ask: 'block', id: ++id, start, end });
        return (await frame(FRAME_BYTES)).payload;
      }),
    page: () =>
      inTurn(async () => {
        return pageAnswerSchema.parse(await ask({ ask: 'page', id: ++id })).page;
      }),
  };
}

/** The bytes that the caller has, asked for as they are needed. */
function sourceOf(peer: Peer, size: number): ByteSource {
  return {
    size,
    open: async (range) => {
      const start = Math.max(0, range?.start ?? 0);
      const end = Math.min(size, range?.end ?? size);
      return (async function* () {
        for (let at = start; at < end; ) {
          const block = await peer.block(at, Math.min(end, at + BLOCK_BYTES));
          if (block.length === 0) throw new RectoError('file_truncated', 'The file ended before its size was reached.');
          at += block.length;
          yield block;
        }
      })();
    },
  };
}

async function* pagesOf(peer: Peer): AsyncGenerator<RedactedPage> {
  for (let page = await peer.page(); page !== null; page = await peer.page()) yield page;
}

/** JSON values and bytes, in the order in which they are sent. */
async function* answersOf(
  converter: Converter,
  call: ConverterCall,
  peer: Peer,
  signal: AbortSignal,
): AsyncGenerator<unknown> {
  if (call.op === 'office') {
    yield await converter.office();
    return;
  }
  const source = sourceOf(peer, call.size);
  const { limits } = call;
  switch (call.op) {
    case 'inspect':
      yield await converter.inspect({ source, limits, signal });
      return;
    case 'toPdf': {
      const { mediaType, password } = call;
      const { pdf, ...made } = await converter.toPdf({ source, mediaType, password, limits, signal });
      yield made;
      yield* pdf;
      return;
    }
    case 'renderPages': {
      const { from, to, dpi, anyTextLayer, codes } = call;
      for await (const page of converter.renderPages({
        pdf: source,
        from,
        to,
        dpi,
        anyTextLayer,
        codes,
        limits,
        signal,
      })) {
        if ('error' in page) yield page;
        else {
          const { png, ...about } = page;
          yield about;
          yield png;
        }
      }
      return;
    }
    case 'redactPdf': {
      const { forbidden } = call;
      const { pdf, ...made } = await converter.redactPdf({
        pdf: source,
        pages: pagesOf(peer),
        forbidden,
        limits,
        signal,
      });
      yield made;
      yield* pdf;
      return;
    }
  }
}
