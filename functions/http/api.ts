import { Hono } from 'hono';
import { RectoError } from '#shared/domain/errors.ts';
import { createAuthenticator } from '#shared/usecases/api-keys/authenticate.ts';
import { observe } from './kit/access-log.ts';
import type { HttpContext, HttpEnv } from './kit/http-context.ts';
import { problemResponse } from './kit/problem.ts';
import { RateLimiter } from './kit/rate-limiter.ts';
import { requestIdFrom } from './kit/request-id.ts';
import { isPublic, type PublicRoute, type Route } from './kit/route.ts';
import { SECURITY_HEADERS } from './kit/security-headers.ts';
import { serveRoute } from './kit/serve-route.ts';
import { allRoutes } from './routes/index.ts';
import type { ApiOptions, Services } from './services.ts';

const MAX_TARGET = 8192;

/** The HTTP API. `fetch(request, { incoming, outgoing })` answers one request; it never rejects. */
export function createApi(options: ApiOptions): Hono<HttpEnv> {
  const services: Services = {
    ...options,
    authenticator: createAuthenticator(options.platform),
    limiter: new RateLimiter(options.platform.clock),
    streams: new Map(),
    syncOcr: { running: 0 },
  };
  const app = new Hono<HttpEnv>();
  app.use('*', async (c, next) => {
    const began = performance.now();
    const requestId = requestIdFrom(c.req.header('x-request-id'), options.platform.clock.now());
    c.set('requestId', requestId);
    c.set('answerHeaders', { ...SECURITY_HEADERS, 'x-request-id': requestId });
    if (c.req.url.length > MAX_TARGET) c.res = problem(c, new RectoError('uri_too_long', URI_TOO_LONG));
    else await next();
    observe(c, services, (performance.now() - began) / 1000);
  });
  app.onError((error, c) => problem(c, error));
  app.notFound((c) =>
    problem(c, new RectoError('not_found', 'There is nothing at this path. /openapi.json lists every path there is.')),
  );
  mount(app, allRoutes(), services);
  return app;
}

const URI_TOO_LONG = `The request target is longer than ${MAX_TARGET} characters. Shorten the query.`;

/** Registers every route, then refuses the other methods on the same paths. */
export function mount(app: Hono<HttpEnv>, routes: readonly (Route | PublicRoute)[], services: Services): void {
  assertAccessDeclared(routes);
  for (const entry of routes) {
    const serve = (c: HttpContext): Response | Promise<Response> =>
      isPublic(entry) ? entry.respond(c, services) : serveRoute(entry, c, services);
    app.on(entry.method.toUpperCase(), honoPath(entry), serve);
  }
  const byPath = Map.groupBy(routes, honoPath);
  for (const [path, entries] of byPath) {
    const allow = entries.map((entry) => entry.method.toUpperCase());
    if (allow.includes('GET')) allow.push('HEAD');
    app.all(path, (c) =>
      problem(
        c,
        new RectoError('method_not_allowed', `${allow.join(', ')} can be used on this path.`, { details: { allow } }),
        { allow: allow.join(', ') },
      ),
    );
  }
}

/** Deny by default: a route that does not say who may call it is a mistake in the program, found at start. */
function assertAccessDeclared(routes: readonly (Route | PublicRoute)[]): void {
  const seen = new Set<string>();
  for (const { method, path, access, id } of routes) {
    const name = `${method.toUpperCase()} ${path}`;
    if (seen.has(name) || seen.has(id)) throw new Error(`The route ${name} (${id}) is declared twice`);
    seen.add(name).add(id);
    if (access === undefined) throw new Error(`The route ${name} does not declare who may call it`);
    if (access === 'public' && path.startsWith('/v1/')) throw new Error(`The route ${name} must not be public`);
  }
}

const honoPath = ({ path, wildcard }: Route | PublicRoute): string => {
  const plain = path.replaceAll(/\{(\w+)\}/g, ':$1');
  return wildcard === true ? `${plain}{.+}` : plain;
};

const problem = (c: HttpContext, thrown: unknown, headers: Record<string, string> = {}): Response => {
  c.set('failure', thrown);
  return problemResponse(thrown, c.get('requestId'), { ...c.get('answerHeaders'), ...headers });
};
