import { RectoError } from '#shared/domain/errors.ts';
import type { Authenticated } from '#shared/usecases/api-keys/authenticate.ts';
import type { UseCaseContext } from '#shared/usecases/context.ts';
import type { Services } from '../services.ts';
import { answerOnce, idempotencyKey } from './answer-once.ts';
import { bearerKey } from './bearer-key.ts';
import type { HttpContext } from './http-context.ts';
import { limitRate } from './limit-rate.ts';
import { parseJson } from './parse-json.ts';
import { parseQuery } from './parse-query.ts';
import { readBody } from './request-body.ts';
import type { Answer, Route } from './route.ts';
import { validate } from './validate.ts';

/** Everything between the request line and the handler: who calls, may they, how often, and is the input what it should be. */
export async function serveRoute(entry: Route, c: HttpContext, services: Services): Promise<Response> {
  const caller = await services.authenticator.authenticate(bearerKey(c));
  const { principal, tenant } = caller;
  c.set('tenantId', tenant.id);
  c.set('keyId', principal.id);
  limitRate(c, services.limiter, caller);
  assertScope(entry, caller);
  const ctx: UseCaseContext = {
    platform: services.platform,
    engine: services.engine,
    ports: services.platform.forTenant(tenant.id),
    principal,
    requestId: c.get('requestId'),
  };
  const given = parseQuery(c.req.url, entry.repeatable);
  const query = entry.query === undefined ? refuseQuery(given) : validate(entry.query, given, 'query');
  const call = { c, services, params: c.req.param(), query, body: undefined, ctx, tenant };
  if (entry.ownBody) return toResponse(c, await entry.invoke(call));
  if (entry.method === 'get' || entry.method === 'delete') return toResponse(c, await entry.invoke(call));

  const bytes = await readBody(c, services.platform.clock);
  const run = async (): Promise<Answer | Response> => entry.invoke({ ...call, body: parseBody(entry, c, bytes) });
  const key = entry.method === 'post' ? idempotencyKey(c) : null;
  if (key === null) return toResponse(c, await run());
  return toResponse(c, await answerOnce(ctx, { key, c, bytes, secret: entry.secretAnswer, run }));
}

function assertScope(entry: Route, { principal }: Authenticated): void {
  if (entry.access === 'authenticated') return;
  if (typeof entry.access !== 'object' || !principal.scopes.includes(entry.access.scope)) {
    const scope = typeof entry.access === 'object' ? entry.access.scope : 'none';
    throw new RectoError('forbidden', `This needs the scope ${scope}. Use an API key that has it.`, {
      details: { missingScopes: [scope] },
    });
  }
}

function refuseQuery(given: Record<string, unknown>): Record<string, never> {
  const names = Object.keys(given);
  if (names.length > 0)
    throw new RectoError('invalid_request', `query: unknown name ${names.slice(0, 5).join(', ').slice(0, 200)}.`);
  return {};
}

function parseBody(entry: Route, c: HttpContext, bytes: Uint8Array): unknown {
  if (bytes.length === 0 && (entry.body === undefined || entry.optionalBody))
    return entry.body === undefined ? undefined : validate(entry.body, {}, 'body');
  if (entry.body === undefined)
    throw new RectoError('invalid_request', 'This request takes no body. Send it without one.');
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new RectoError('unsupported_media_type', 'The body must be JSON, with Content-Type: application/json.');
  return validate(entry.body, parseJson(bytes), 'body');
}

export function toResponse(c: HttpContext, answer: Answer | Response): Response {
  if (answer instanceof Response) return answer;
  const headers = { ...c.get('answerHeaders'), 'cache-control': 'no-store', ...answer.headers };
  if (answer.body === undefined) return new Response(null, { status: answer.status, headers });
  return new Response(JSON.stringify(answer.body), {
    status: answer.status,
    headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
  });
}
