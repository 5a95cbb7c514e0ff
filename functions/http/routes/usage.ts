import { z } from 'zod';
import { listDailyUsage } from '#shared/usecases/usage/list-days.ts';
import { summarizeUsage } from '#shared/usecases/usage/summarize.ts';
import { ok, type Route, route } from '../kit/route.ts';
import { listAnswer, paging } from './schemas.ts';

const tag = 'Tenant';
const MONTH_MS = 30 * 86_400_000;

const sums = {
  runs: z.number().int(),
  pages: z.number().int(),
  ocrPages: z.number().int(),
  bytes: z.number().int(),
};
const usageSchema = z.object({
  from: z.number(),
  to: z.number(),
  ...sums,
  storedBytes: z.number().int(),
  documents: z.number().int(),
  activeRuns: z.number().int(),
});
const dailySchema = z.object({ day: z.string().describe('A date, UTC.'), ...sums });

const instant = z.coerce.number().int().min(0).max(8_640_000_000_000_000);
const interval = {
  from: instant.optional().describe('Epoch ms, inclusive; 30 days before `to`.'),
  to: instant.optional().describe('Epoch ms, exclusive; now.'),
};

function intervalOf(query: { from?: number | undefined; to?: number | undefined }, now: number) {
  const to = query.to ?? now;
  return { from: query.from ?? Math.max(0, to - MONTH_MS), to };
}

const usage = route({
  id: 'getUsage',
  method: 'get',
  path: '/v1/usage',
  access: { scope: 'usage:read' },
  tag,
  summary: 'What was processed in a time, and what is held now',
  query: z.strictObject(interval),
  answers: { 200: { description: 'Sums', schema: usageSchema } },
  handle: async ({ ctx, query }) => ok(await summarizeUsage(ctx, intervalOf(query, ctx.platform.clock.now()))),
});

const daily = route({
  id: 'listDailyUsage',
  method: 'get',
  path: '/v1/usage/daily',
  access: { scope: 'usage:read' },
  tag,
  summary: 'What was processed, day by day, oldest first',
  description:
    'Every day (UTC) of the interval, also those on which nothing ran. Together they are what `/v1/usage` gives for it; a run counts on the day of its last end.',
  query: z.strictObject({ ...paging, ...interval }),
  answers: listAnswer('Days', dailySchema),
  handle: async ({ ctx, query }) => {
    const { pageSize, pageToken } = query;
    return ok(await listDailyUsage(ctx, { ...intervalOf(query, ctx.platform.clock.now()), pageSize, pageToken }));
  },
});

export const usageRoutes: readonly Route[] = [usage, daily];
