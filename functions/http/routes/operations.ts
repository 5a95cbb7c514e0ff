import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { RectoError } from '#shared/domain/errors.ts';
import type { HttpContext } from '../kit/http-context.ts';
import type { PublicRoute } from '../kit/route.ts';
import { components } from '../openapi.ts';

const tag = 'Operations';

const dependencySchema = z.object({
  name: z.string(),
  ok: z.boolean(),
  required: z.boolean(),
  lastSuccessAt: z.number().nullable(),
  message: z.string().nullable(),
});
const readinessSchema = z.object({ ready: z.boolean(), dependencies: z.array(dependencySchema) });
components.add(readinessSchema, { id: 'Readiness' });

const healthz: PublicRoute = {
  id: 'health',
  method: 'get',
  path: '/healthz',
  access: 'public',
  tag,
  summary: 'Whether the process answers',
  answers: { 200: { description: 'It does', schema: z.object({ ok: z.literal(true) }) } },
  respond: (c) => json(c, 200, { ok: true }),
};

const HEALTH_TIMEOUT_MS = 5000;

const readyz: PublicRoute = {
  id: 'readiness',
  method: 'get',
  path: '/readyz',
  access: 'public',
  tag,
  summary: 'Whether documents can be taken in, dependency by dependency',
  answers: {
    200: { description: 'Every required dependency works', schema: readinessSchema },
    503: { description: 'A required one does not', schema: readinessSchema },
  },
  respond: async (c, { platform }) => {
    const dependencies = await Promise.race([platform.health(), tooLate(platform.clock)]);
    const ready = dependencies.every(({ ok, required }) => ok || !required);
    return json(c, ready ? 200 : 503, { ready, dependencies });
  },
};

const tooLate = (clock: { sleep(ms: number): Promise<void> }): Promise<never> =>
  clock.sleep(HEALTH_TIMEOUT_MS).then(() => {
    throw new RectoError('dependency_unavailable', 'The dependencies did not answer within 5 s.');
  });

const metrics: PublicRoute = {
  id: 'metrics',
  method: 'get',
  path: '/metrics',
  access: 'public',
  tag,
  summary: 'Prometheus metrics',
  description: 'For this machine only, or with the token that the operator set in RECTO_METRICS_TOKEN.',
  answers: { 200: { description: 'Exposition text', mediaTypes: ['text/plain'] } },
  respond: async (c, { platform, config }) => {
    if (!mayScrape(c, config.metricsToken))
      throw new RectoError(
        'forbidden',
        'Metrics are for this machine only. Elsewhere send the token of RECTO_METRICS_TOKEN as `Authorization: Bearer <token>`.',
      );
    const headers = { ...c.get('answerHeaders'), 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
    return new Response(await platform.metrics.expose(), { headers });
  },
};

/** With a token only the token counts; without one, a loopback connection that no proxy on this machine passed on. */
export function mayScrape(c: HttpContext, token: string | null): boolean {
  if (token !== null) {
    const given = Buffer.from(c.req.header('authorization') ?? '');
    const expected = Buffer.from(`Bearer ${token}`);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
  const passedOn = c.req.header('x-forwarded-for') ?? c.req.header('forwarded') ?? c.req.header('via');
  const address = c.env?.incoming?.socket.remoteAddress ?? '';
  return passedOn === undefined && /^(127\.|::1$|::ffff:127\.)/.test(address);
}

const json = (c: HttpContext, status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: {
      ...c.get('answerHeaders'),
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    },
  });

export const operationRoutes: readonly PublicRoute[] = [healthz, readyz, metrics];
