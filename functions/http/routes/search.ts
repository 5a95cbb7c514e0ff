import { z } from 'zod';
import { search } from '#shared/usecases/search/search.ts';
import { ok, type Route, route } from '../kit/route.ts';
import { components } from '../openapi.ts';
import { paging } from './schemas.ts';

const hitSchema = z.object({
  documentId: z.string(),
  filename: z.string(),
  documentType: z.string().nullable(),
  page: z.number().int().nullable(),
  snippet: z.object({ text: z.string(), highlights: z.array(z.tuple([z.number().int(), z.number().int()])) }),
  score: z.number(),
});
components.add(hitSchema, { id: 'SearchHit' });

const find = route({
  id: 'search',
  method: 'get',
  path: '/v1/search',
  access: { scope: 'search:read' },
  tag: 'Search',
  summary: 'Search the text of the documents',
  description:
    'All words must occur; "phrases", -exclusions and prefix* are understood. Highlights are half-open ranges of UTF-16 units in the snippet.',
  query: z.strictObject({
    q: z.string().min(1).max(1000),
    ...paging,
    documentType: z.string().min(1).max(100).optional(),
    mediaType: z.string().min(1).max(255).optional(),
    filter: z.array(z.string().min(1).max(700)).max(20).default([]).describe('Such as total>=100; may be repeated.'),
  }),
  repeatable: ['filter'],
  answers: {
    200: {
      description: 'Hits, best first',
      schema: z.object({ items: z.array(hitSchema), total: z.number().int(), nextPageToken: z.string().nullable() }),
    },
  },
  handle: async ({ ctx, query: { q, filter, ...rest } }) =>
    ok(await search(ctx, { query: q, filters: filter, ...rest })),
});

export const searchRoutes: readonly Route[] = [find];
