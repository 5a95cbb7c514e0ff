import { RectoError } from '../../domain/errors.ts';
import { DAY_MS, dateOf, dayStart, NO_USAGE, type UsageSums } from '../../domain/usage.ts';
import type { UseCaseContext } from '../context.ts';
import type { Listed, PageParams } from '../support/page.ts';
import { type Interval, usageByDay } from './by-day.ts';

/** `day` is a date in UTC. */
export type DailyUsage = { day: string } & UsageSums;

/**
 * Every day of the interval, oldest first, also those on which nothing ran. Of its first and last day only what lies in it
 * counts, so that all days together are what `summarizeUsage` gives. Errors: `invalid_page_token`.
 */
export async function listDailyUsage(ctx: UseCaseContext, input: Interval & PageParams): Promise<Listed<DailyUsage>> {
  const { from, to, pageSize, pageToken } = input;
  const start = typeof pageToken === 'string' ? startOf(pageToken, input) : from;
  const end = Math.min(to, dayStart(start) + pageSize * DAY_MS);
  const sums = await usageByDay(ctx.ports.store, { from: start, to: end });
  const items: DailyUsage[] = [];
  for (let day = dayStart(start); day < end; day += DAY_MS)
    items.push({ day: dateOf(day), ...(sums.get(day) ?? NO_USAGE) });
  return { items, nextPageToken: end < to ? String(end) : null };
}

/** A token is the start of the page's first day. */
function startOf(token: string, { from, to }: Interval): number {
  const start = /^\d{1,16}$/.test(token) ? Number(token) : Number.NaN;
  if (start > from && start < to && start === dayStart(start)) return start;
  throw new RectoError('invalid_page_token', 'This page token is not of this list: ask for the first page again.');
}
