import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createEnginePlatform } from '#tests/support/engine-platform.ts';
import { createManualClock } from '#tests/support/manual-clock.ts';
import { temporaryFolder } from '#tests/support/temporary-folder.ts';
import { collection } from '../../domain/collection.ts';
import { usage, usageDays } from '../../domain/collections.ts';
import { addUp, DAY_MS, dayStart, NO_USAGE, plus, type UsageSums } from '../../domain/usage.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { Platform } from '../../ports/platform.ts';
import { usageByDay } from './by-day.ts';
import { recordUsage } from './record.ts';
import { rollUpUsage } from './roll-up.ts';

const START = Date.UTC(2026, 10, 1);
const KILLED = new Error('killed');

interface Used {
  runId: string;
  documentId: null;
  pages: number;
  ocrPages: number;
  bytes: number;
  at: number;
}

/** Calls of a store that something else gets between, or that the process does not live through. */
interface Disturbance {
  /** Before which call. */
  call: number;
  disturb: () => Promise<void>;
}

function disturbedStore(store: DocumentStore, { call, disturb }: Disturbance): DocumentStore {
  let calls = 0;
  const counted = async (): Promise<void> => {
    if (calls++ === call) await disturb();
  };
  return {
    ...store,
    get: async (def, ref) => {
      await counted();
      return store.get(def, ref);
    },
    query: async (def, query) => {
      await counted();
      return store.query(def, query);
    },
    transaction: async (fn) => {
      await counted();
      // Also between its reads and its commit.
      return store.transaction(async (tx) => {
        const result = await fn(tx);
        await counted();
        return result;
      });
    },
  };
}

function disturbed(platform: Platform, how: Disturbance): Platform {
  const stores = new Map<DocumentStore, DocumentStore>();
  const of = (store: DocumentStore): DocumentStore => {
    const found = stores.get(store) ?? disturbedStore(store, how);
    stores.set(store, found);
    return found;
  };
  return {
    ...platform,
    system: { ...platform.system, store: of(platform.system.store) },
    forTenant: (tenantId) => {
      const ports = platform.forTenant(tenantId);
      return { ...ports, store: of(ports.store) };
    },
  };
}

function setUp() {
  const file = path.join(temporaryFolder(), 'recto.db');
  return createEnginePlatform({ clock: createManualClock(), file, kinds: [] });
}

const TENANTS = ['acme', 'other'] as const;
type Tenant = (typeof TENANTS)[number];
const tenant = fc.constantFrom(...TENANTS);
const call = fc.nat(12);
const anEnd = fc.record({
  kind: fc.constant('end' as const),
  tenant,
  runId: fc.integer({ min: 1, max: 6 }).map((n) => `run_${n}`),
  at: fc.integer({ min: 0, max: 4 * DAY_MS }).map((ms) => START + ms),
  pages: fc.nat(9),
  ocrPages: fc.nat(9),
  bytes: fc.nat(999),
});
type End = { tenant: Tenant; runId: string; at: number; pages: number; ocrPages: number; bytes: number };
const interval = fc
  .tuple(fc.integer({ min: -1, max: 5 * DAY_MS }), fc.integer({ min: -1, max: 5 * DAY_MS }), fc.boolean())
  .map(([a, b, whole]) => {
    const at = (ms: number): number => (whole ? dayStart(START + ms) : START + ms);
    return { from: at(Math.min(a, b)), to: at(Math.max(a, b)) };
  });
const action = fc.oneof(
  { weight: 4, arbitrary: anEnd },
  fc.constant({ kind: 'roll up' as const }),
  fc.record({ kind: fc.constant('killed' as const), call }),
  fc.record({ kind: fc.constant('meanwhile' as const), call, end: anEnd }),
  fc.record({ kind: fc.constant('two at once' as const), call }),
  fc.record({ kind: fc.constant('read' as const), tenant, interval }),
  fc.record({ kind: fc.constant('read meanwhile' as const), tenant, interval, call }),
);

test('whatever ends, is rolled up or cut off, in whatever order: what is read is the sum of the records', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anEnd, { maxLength: 4 }), fc.array(action, { maxLength: 25 }), async (old, actions) => {
      const { platform, close } = setUp();
      const records = new Map<string, { tenant: Tenant; used: Used }>();
      const store = (name: Tenant) => platform.forTenant(name).store;
      const usedBy = ({ runId, at, pages, ocrPages, bytes }: End): Used => ({
        runId,
        documentId: null,
        pages,
        ocrPages,
        bytes,
        at,
      });
      const end = async (given: End): Promise<void> => {
        const used = usedBy(given);
        await store(given.tenant).transaction((tx) => recordUsage(tx, used));
        records.set(`${given.tenant} ${given.runId}`, { tenant: given.tenant, used });
      };
      const expected = (name: Tenant, { from, to }: { from: number; to: number }): Map<number, UsageSums> => {
        const days = new Map<number, UsageSums>();
        for (const { tenant: of, used } of records.values())
          if (of === name && used.at >= from && used.at < to)
            days.set(dayStart(used.at), plus(days.get(dayStart(used.at)) ?? NO_USAGE, used));
        return days;
      };
      const sorted = (days: Map<number, UsageSums>) => [...days].sort(([a], [b]) => a - b);
      const rollUp = (on = platform) => rollUpUsage(on, { batch: 2 });
      try {
        for (const given of old) {
          await store(given.tenant).put(asItWas, { id: given.runId }, usedBy(given));
          records.set(`${given.tenant} ${given.runId}`, { tenant: given.tenant, used: usedBy(given) });
        }
        for (const act of actions) {
          if (act.kind === 'end') await end(act);
          else if (act.kind === 'roll up') await rollUp();
          else if (act.kind === 'killed')
            await rollUp(disturbed(platform, { call: act.call, disturb: () => Promise.reject(KILLED) })).catch(
              (error) => expect(error).toBe(KILLED),
            );
          else if (act.kind === 'meanwhile')
            await rollUp(disturbed(platform, { call: act.call, disturb: () => end(act.end) }));
          else if (act.kind === 'two at once')
            await rollUp(disturbed(platform, { call: act.call, disturb: async () => void (await rollUp()) }));
          else {
            const disturb = async (): Promise<void> => void (await rollUp());
            const reader = store(act.tenant);
            const by = act.kind === 'read' ? reader : disturbedStore(reader, { call: act.call, disturb });
            expect(sorted(await usageByDay(by, act.interval))).toEqual(sorted(expected(act.tenant, act.interval)));
          }
        }
        // With a tenant's next run all of it comes into the sums, once; what is old becomes pending on the way.
        for (const name of TENANTS)
          await end({ tenant: name, runId: 'run_7', at: START, pages: 1, ocrPages: 1, bytes: 1 });
        await rollUp();
        await rollUp();
        for (const name of TENANTS) {
          const all = await store(name).query(usageDays, { limit: 1000 });
          const everything = { from: 0, to: START + 10 * DAY_MS };
          expect(addUp(all.records.map(({ data }) => data))).toEqual(addUp(expected(name, everything).values()));
          expect(await store(name).count(usage, { where: [{ field: 'pending', op: '==', value: true }] })).toBe(0);
          expect(sorted(await usageByDay(store(name), everything))).toEqual(sorted(expected(name, everything)));
        }
      } finally {
        close();
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);

/** Records as they were before there was a roll-up. */
const asItWas = collection({
  name: usage.name,
  schema: z.object({
    runId: z.string(),
    documentId: z.null(),
    pages: z.number(),
    ocrPages: z.number(),
    bytes: z.number(),
    at: z.number(),
  }),
  indexes: usage.indexes,
});

test('a run that ends again on another day counts there, and no more where it counted before', async () => {
  const { platform, close } = setUp();
  const { store } = platform.forTenant('acme');
  const used = { runId: 'run_1', documentId: null, pages: 2, ocrPages: 1, bytes: 10, at: START + 5 };
  await store.transaction((tx) => recordUsage(tx, used));
  expect(await rollUpUsage(platform)).toBe(1);
  await store.transaction((tx) => recordUsage(tx, { ...used, pages: 3, at: START + 2 * DAY_MS }));
  const days = { from: START, to: START + 3 * DAY_MS };
  const moved = new Map([[START + 2 * DAY_MS, { runs: 1, pages: 3, ocrPages: 1, bytes: 10 }]]);
  expect(await usageByDay(store, days)).toEqual(moved);
  expect(await rollUpUsage(platform)).toBe(1);
  expect(await rollUpUsage(platform)).toBe(0);
  expect(await usageByDay(store, days)).toEqual(moved);
  close();
});

test('reading whole days of a long time takes their sums and none of their records', async () => {
  const { platform, close } = setUp();
  const { store } = platform.forTenant('acme');
  for (let n = 0; n < 40; n++)
    await store.transaction((tx) =>
      recordUsage(tx, { runId: `run_${n}`, documentId: null, pages: 1, ocrPages: 1, bytes: 1, at: START + n * 1000 }),
    );
  await rollUpUsage(platform);
  const asked: string[] = [];
  const watched: DocumentStore = {
    ...store,
    query: async (def, query) => {
      const page = await store.query(def, query);
      asked.push(`${def.name} ${page.records.length}`);
      return page;
    },
  };
  const days = await usageByDay(watched, { from: START - 9 * DAY_MS, to: START + DAY_MS });
  expect(days.get(START)?.runs).toBe(40);
  expect(asked).toEqual(['usageDays 1', 'usage 0']);
  close();
});
