import { z } from 'zod';

export const DAY_MS = 86_400_000;

const amounts = { pages: z.number().int(), ocrPages: z.number().int(), bytes: z.number().int() };

/** One record a run: counted once however often it was tried; at its last end. */
export const usageSchema = z.object({
  runId: z.string(),
  documentId: z.string().nullable(),
  ...amounts,
  at: z.number(),
  /** The sums of its day do not have it as it is now: it is new, or its run has ended again. */
  pending: z.boolean().default(true),
  /** What the sums of a day have of it; taken back when it has changed. */
  rolled: z
    .object({ start: z.number(), ...amounts })
    .nullable()
    .default(null),
});
export type Usage = z.infer<typeof usageSchema>;

/** The sums of the records of one day (UTC) that are rolled up. Id: the date. */
export const usageDaySchema = z.object({ start: z.number(), runs: z.number().int(), ...amounts });
export type UsageDay = z.infer<typeof usageDaySchema>;

/** How far the roll-up of a tenant is. One record a tenant. */
export const usageRollUpSchema = z.object({
  /** Grows with each roll-up: who reads several days sees whether one came between. */
  revision: z.number().int(),
  /** Every record knows whether it is pending: records from before the roll-up did not. */
  complete: z.boolean(),
});

export interface UsageSums {
  runs: number;
  pages: number;
  ocrPages: number;
  bytes: number;
}

export const NO_USAGE: UsageSums = { runs: 0, pages: 0, ocrPages: 0, bytes: 0 };

/** Epoch ms at which the day of an instant begins. */
export const dayStart = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;

/** `2026-11-30`, UTC. */
export const dateOf = (at: number): string => new Date(at).toISOString().split('T')[0] ?? '';

type Counted = Omit<UsageSums, 'runs'>;

/** The sums with a run more, or with one less. */
export const plus = (sums: UsageSums, { pages, ocrPages, bytes }: Counted, sign: 1 | -1 = 1): UsageSums => ({
  runs: sums.runs + sign,
  pages: sums.pages + sign * pages,
  ocrPages: sums.ocrPages + sign * ocrPages,
  bytes: sums.bytes + sign * bytes,
});

export const addUp = (all: Iterable<UsageSums>): UsageSums => {
  const total = { ...NO_USAGE };
  for (const { runs, pages, ocrPages, bytes } of all) {
    total.runs += runs;
    total.pages += pages;
    total.ocrPages += ocrPages;
    total.bytes += bytes;
  }
  return total;
};
