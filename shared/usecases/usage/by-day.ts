import { usage, usageDays, usageRollUps } from '../../domain/collections.ts';
import { DAY_MS, dayStart, NO_USAGE, plus, type Usage, type UsageSums } from '../../domain/usage.ts';
import type { DocumentStore, Where } from '../../ports/document-store.ts';
import { eachRecord } from '../support/each-record.ts';
import { ROLL_UP } from './roll-up.ts';

const PAGE = 1000;
const MAX_TRIES = 5;

export interface Interval {
  /** Epoch ms, inclusive. */
  from: number;
  /** Epoch ms, exclusive. */
  to: number;
}

/**
 * What was used in the interval, by the start of the day (UTC); a day without a run is left out. Whole days come from their
 * sums, put right by the records that are not in them yet; days of which the interval has a part come from the records.
 * Exactly the sum of the records, whether or how often they were rolled up.
 */
export async function usageByDay(store: DocumentStore, interval: Interval): Promise<Map<number, UsageSums>> {
  const first = Math.ceil(interval.from / DAY_MS) * DAY_MS;
  const end = dayStart(interval.to);
  const whole = { from: first, to: end };
  for (let tries = 1; tries <= MAX_TRIES && first < end; tries++) {
    const before = await store.get(usageRollUps, ROLL_UP);
    if (before?.data.complete !== true) break;
    const days = new Map<number, UsageSums>();
    for (const edge of [
      { from: interval.from, to: first },
      { from: end, to: interval.to },
    ])
      await addRecords(store, days, edge);
    await addSums(store, days, whole);
    await addPending(store, days, whole);
    const after = await store.get(usageRollUps, ROLL_UP);
    // Else a roll-up came between, and what it moved may be missing or there twice.
    if (after?.version === before.version) return withRuns(days);
  }
  const days = new Map<number, UsageSums>();
  await addRecords(store, days, interval);
  return days;
}

type Days = Map<number, UsageSums>;
const within = (at: number, { from, to }: Interval): boolean => at >= from && at < to;
const withRuns = (days: Days): Days => new Map([...days].filter(([, sums]) => sums.runs !== 0));

function change(days: Days, start: number, record: Omit<UsageSums, 'runs'>, sign: 1 | -1): void {
  days.set(start, plus(days.get(start) ?? NO_USAGE, record, sign));
}

async function addRecords(store: DocumentStore, days: Days, interval: Interval): Promise<void> {
  if (interval.from >= interval.to) return;
  const records = eachRecord<Usage>((cursor) =>
    store.query(usage, {
      where: bounds('at', interval),
      orderBy: [{ field: 'at', direction: 'asc' }],
      limit: PAGE,
      cursor,
    }),
  );
  for await (const { data } of records) change(days, dayStart(data.at), data, 1);
}

async function addSums(store: DocumentStore, days: Days, interval: Interval): Promise<void> {
  const records = eachRecord((cursor) =>
    store.query(usageDays, {
      where: bounds('start', interval),
      orderBy: [{ field: 'start', direction: 'asc' }],
      limit: PAGE,
      cursor,
    }),
  );
  for await (const { data } of records) {
    const { start, ...sums } = data;
    days.set(start, sums);
  }
}

/** What has ended since the last roll-up: in, and out again where the sums have it as it was before. */
async function addPending(store: DocumentStore, days: Days, interval: Interval): Promise<void> {
  const records = eachRecord((cursor) =>
    store.query(usage, { where: [{ field: 'pending', op: '==', value: true }], limit: PAGE, cursor }),
  );
  for await (const { data } of records) {
    if (within(data.at, interval)) change(days, dayStart(data.at), data, 1);
    if (data.rolled !== null && within(data.rolled.start, interval)) change(days, data.rolled.start, data.rolled, -1);
  }
}

const bounds = (field: string, { from, to }: Interval): Where[] => [
  { field, op: '>=', value: from },
  { field, op: '<', value: to },
];
