import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { RectoError, toRectoError } from '../../shared/domain/errors.ts';
import { sameText } from './auth.ts';
import { takeBothProtocols } from './both-protocols.ts';
import type { ServiceParts } from './parts.ts';
import { sendJson, sendProblem } from './problem.ts';
import type { Route } from './route.ts';
import { createRoutes } from './routes.ts';

export interface Service {
  server: Server;
  /** Asks callers that keep a connection for many requests to open another one elsewhere. */
  letGo: () => void;
}

/** The routes of `createRoutes` over HTTP/1.1, and over HTTP/2 without TLS on the same port. Errors are RFC 9457 problems. */
export function createService(parts: ServiceParts): Service {
  const routes = createRoutes(parts).map((route) => ({ route, pattern: patternOf(route.path) }));
  const server = createServer((request, response) => {
    answer(parts, routes, request, response).catch((thrown: unknown) => {
      const error = toRectoError(thrown);
      if (error.code === 'internal')
        parts.log('error', 'ocr: a request failed', {
          error: String(error.cause instanceof Error ? error.cause.stack : error.cause),
        });
      sendProblem(response, error);
    });
  });
  server.requestTimeout = 120_000;
  server.headersTimeout = 20_000;
  return { server, letGo: takeBothProtocols(server) };
}

async function answer(
  parts: ServiceParts,
  routes: readonly { route: Route; pattern: RegExp }[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://service');
  const there = routes.flatMap(({ route, pattern }) => {
    const params = pattern.exec(url.pathname)?.groups;
    return pattern.test(url.pathname) ? [{ route, params: params ?? {} }] : [];
  });
  const found = there.find(({ route }) => route.method === request.method);
  if (there.length > 0 && found === undefined)
    throw new RectoError('method_not_allowed', `${url.pathname} takes ${there.map(({ route }) => route.method)}.`);
  if (found === undefined)
    throw new RectoError('not_found', `There is nothing at ${url.pathname}; /openapi.json tells what there is.`);
  const { route, params } = found;
  if (route.access !== 'public') await parts.authenticate(request.headers.authorization);
  if (route.access === 'admin') checkAdmin(parts.adminToken, request);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const result = await route.handle({ request, response, params, query: url.searchParams, gone: gone.signal });
  if (result !== null) sendJson(response, result.status ?? 200, result.body);
}

function checkAdmin(token: string | null, request: IncomingMessage): void {
  const given = request.headers['x-recto-admin-token'];
  if (token !== null && !sameText(typeof given === 'string' ? given : '', token))
    throw new RectoError('forbidden', 'This needs the admin token (OCR_ADMIN_TOKEN) in x-recto-admin-token.');
}

const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[\\w.-]+)')}$`);
