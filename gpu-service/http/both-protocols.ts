import type { Server } from 'node:http';
import { constants, createServer, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';

/** How a connection begins that speaks HTTP/2 (RFC 9113, 3.4). No method of HTTP/1 begins with its first three letters. */
const PREFACE = Buffer.from('PRI');
/** Whoever connects says something by then. */
const FIRST_BYTES_MS = 20_000;
const IDLE_SESSION_MS = 300_000;
const MAX_STREAMS = 64;
/**
 * Of one request's body that may lie here unread. Node takes in what comes for a connection whether it is read or not, so that
 * this alone bounds what a connection holds: 64 MiB.
 */
const WINDOW_BYTES = 2 ** 20;
const CONNECTION_WINDOW_BYTES = MAX_STREAMS * WINDOW_BYTES;
/** Answers that wait to be taken count; beyond it Node refuses further requests of the connection. */
const MAX_SESSION_MB = 128;

/**
 * Lets an HTTP/1 server take HTTP/2 without TLS on the same port, as Cloud Run hands it in for requests of more than 32 MiB;
 * its probes and everybody else go on speaking HTTP/1. Requests come as the server's own `request` events, in the form that
 * Node gives them for compatibility. The function asks callers to open no further requests, and ends each connection after
 * those that are under way.
 */
export function takeBothProtocols(server: Server): () => void {
  const http2 = createServer({
    settings: { initialWindowSize: WINDOW_BYTES, maxConcurrentStreams: MAX_STREAMS },
    maxSessionMemory: MAX_SESSION_MB,
  });
  const sessions = new Set<ServerHttp2Session>();
  http2.on('session', (session) => {
    sessions.add(session);
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
    session.setTimeout(IDLE_SESSION_MS, () => session.close());
    session.once('close', () => sessions.delete(session));
  });
  // What broke is told to the request that it broke; a connection that breaks between requests is nobody's concern.
  http2.on('sessionError', () => undefined);
  http2.on('request', (request, response) => {
    // As long as HTTP/1 gives a caller to send all of its request.
    const late = setTimeout(() => request.stream.close(constants.NGHTTP2_CANCEL), server.requestTimeout);
    const received = (): void => clearTimeout(late);
    request.once('end', received);
    request.stream.once('close', received);
    server.emit('request', request, response);
  });

  const [toHttp1] = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket) => {
    const broke = (): void => void socket.destroy();
    const silent = setTimeout(broke, FIRST_BYTES_MS);
    const known = (): void => {
      clearTimeout(silent);
      socket.off('error', broke);
      socket.off('close', known);
    };
    socket.once('error', broke);
    socket.once('close', known);
    firstBytes(socket, (isHttp2) => {
      known();
      if (!isHttp2) return toHttp1?.call(server, socket);
      // A caller of HTTP/2 that says no more is gone: else its requests would be worked on for nobody.
      socket.allowHalfOpen = false;
      http2.emit('connection', socket);
    });
  });
  return () => {
    for (const session of sessions) session.close();
  };
}

/** Tells the protocol by the first bytes, which whoever takes the connection over reads again. */
function firstBytes(socket: Socket, tell: (isHttp2: boolean) => void): void {
  let head = Buffer.alloc(0);
  const look = (): void => {
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) head = Buffer.concat([head, chunk]);
    const same = head.subarray(0, PREFACE.length).equals(PREFACE.subarray(0, head.length));
    if (same && head.length < PREFACE.length) return;
    socket.off('readable', look);
    socket.unshift(head);
    tell(same);
  };
  socket.on('readable', look);
}
