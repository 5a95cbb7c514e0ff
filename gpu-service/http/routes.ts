import { z } from 'zod';
import { modelRoutes } from './model-routes.ts';
import { ocrRoutes } from './ocr-routes.ts';
import { openApiDocument } from './openapi.ts';
import type { ServiceParts } from './parts.ts';
import type { Route } from './route.ts';
import { healthSchema, readySchema } from './schemas.ts';

/** Everything that is served. */
export function createRoutes(parts: ServiceParts): Route[] {
  const routes = [...ocrRoutes(parts), ...modelRoutes(parts), ...operations(parts)];
  const document: Route = {
    method: 'GET',
    path: '/openapi.json',
    id: 'getOpenApi',
    summary: 'This description',
    access: 'public',
    answer: z.looseObject({ openapi: z.string() }),
    handle: async () => ({ body: described }),
  };
  const described = openApiDocument([...routes, document]);
  return [...routes, document];
}

const operations = ({ pool, manager, metrics, draining }: ServiceParts): Route[] => [
  {
    method: 'GET',
    path: '/healthz',
    id: 'getHealth',
    summary: 'It runs',
    access: 'public',
    answer: healthSchema,
    handle: async () => ({ body: { status: 'ok' } }),
  },
  {
    method: 'GET',
    path: '/readyz',
    id: 'getReady',
    summary: '503 until every thread has the default model loaded and warm, and while it drains',
    access: 'public',
    answer: readySchema,
    handle: async () => {
      const ready = manager.ready && pool.ready && !draining();
      return { status: ready ? 200 : 503, body: { ready, draining: draining() } };
    },
  },
  {
    method: 'GET',
    path: '/metrics',
    id: 'getMetrics',
    summary: 'For Prometheus',
    access: 'caller',
    answer: { mediaType: 'text/plain' },
    handle: async ({ response }) => {
      const text = await metrics.registry.metrics();
      response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text);
      return null;
    },
  },
];
