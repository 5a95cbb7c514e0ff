import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { collection } from '#shared/domain/collection.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import type { ManualClock } from '../support/manual-clock.ts';

const note = z.object({
  title: z.string(),
  group: z.string().nullable(),
  rank: z.number(),
  urgent: z.boolean().default(false),
  expiresAt: z.number().nullable().default(null),
});
const notes = collection({
  name: 'notes',
  schema: note,
  indexes: [
    { fields: ['rank'], acrossTenants: true, order: 'both' },
    { fields: ['group', 'rank'], order: 'both' },
    { fields: ['urgent'] },
    { fields: ['group', 'tenantId', 'rank'] },
  ],
  ttlField: 'expiresAt',
});
type Note = z.infer<typeof note>;

export interface DocumentStoreUnderTest {
  clock: ManualClock;
  forTenant(tenantId: string): DocumentStore;
  system(): DocumentStore;
  /** Deletes what has expired; the count. */
  sweepExpired(): number | Promise<number>;
}

/** What every DocumentStore holds. */
export function documentStoreContract(name: string, make: () => DocumentStoreUnderTest): void {
  const data = (title: string, over: Partial<Note> = {}): Note => ({
    title,
    group: null,
    rank: 0,
    urgent: false,
    expiresAt: null,
    ...over,
  });
  const filled = async (count: number, over: (i: number) => Partial<Note> = () => ({})) => {
    const fixture = make();
    const store = fixture.forTenant('acme');
    for (let i = 0; i < count; i++) await store.put(notes, { id: `n${i}` }, data(`t${i}`, { rank: i, ...over(i) }));
    return { ...fixture, store };
  };
  const ids = (records: readonly { id: string }[]) => records.map((record) => record.id);

  describe(`${name}: records`, () => {
    test('are absent, created, read, replaced and deleted', async () => {
      const store = make().forTenant('acme');
      expect(await store.get(notes, { id: 'a' })).toBeNull();
      await store.create(notes, { id: 'a' }, data('one'));
      const first = await store.get(notes, { id: 'a' });
      expect(first).toMatchObject({ id: 'a', tenantId: 'acme', data: { title: 'one' } });
      await expect(store.create(notes, { id: 'a' }, data('two'))).rejects.toMatchObject({ code: 'already_exists' });
      await store.put(notes, { id: 'a' }, data('three'));
      const second = await store.get(notes, { id: 'a' });
      expect(second?.data.title).toBe('three');
      expect(second?.version).toBeGreaterThan(first?.version ?? 0);
      await store.delete(notes, { id: 'a' });
      await store.delete(notes, { id: 'a' });
      expect(await store.get(notes, { id: 'a' })).toBeNull();
    });

    test('never get the version of a deleted predecessor', async () => {
      const store = make().forTenant('acme');
      await store.put(notes, { id: 'a' }, data('one'));
      const before = (await store.get(notes, { id: 'a' }))?.version;
      await store.delete(notes, { id: 'a' });
      await store.put(notes, { id: 'a' }, data('one'));
      expect((await store.get(notes, { id: 'a' }))?.version).not.toBe(before);
    });

    test('that do not fit the schema or are too large are refused', async () => {
      const store = make().forTenant('acme');
      await expect(store.put(notes, { id: 'a' }, { ...data('x'), rank: Number.NaN })).rejects.toMatchObject({
        code: 'internal',
      });
      await expect(store.put(notes, { id: 'a' }, data('é'.repeat(600_000)))).rejects.toMatchObject({
        code: 'record_too_large',
      });
      await store.put(notes, { id: 'a' }, data('x'.repeat(1_000_000)));
      await expect(store.put(notes, { id: 'a/b' }, data('x'))).rejects.toMatchObject({ code: 'internal' });
    });

    test('count as absent once expired, and are swept', async () => {
      const { clock, forTenant, sweepExpired } = make();
      const store = forTenant('acme');
      await store.put(notes, { id: 'a' }, data('one', { expiresAt: clock.now() + 1000 }));
      expect(await store.get(notes, { id: 'a' })).not.toBeNull();
      await clock.advance(1000);
      expect(await store.get(notes, { id: 'a' })).toBeNull();
      expect((await store.query(notes, {})).records).toEqual([]);
      expect(await store.count(notes, {})).toBe(0);
      await store.create(notes, { id: 'a' }, data('two', { expiresAt: clock.now() + 1000 }));
      await store.put(notes, { id: 'b' }, data('kept'));
      await clock.advance(1000);
      expect(await sweepExpired()).toBe(1);
      expect(await store.count(notes, {})).toBe(1);
    });
  });

  describe(`${name}: tenants`, () => {
    test('see nothing of each other, whatever ids they name', async () => {
      const { forTenant, system } = make();
      await forTenant('acme').put(notes, { id: 'a' }, data('mine'));
      const other = forTenant('rival');
      expect(await other.get(notes, { id: 'a' })).toBeNull();
      expect(await other.get(notes, { id: 'a', tenantId: 'acme' })).toBeNull();
      expect((await other.query(notes, {})).records).toEqual([]);
      await other.delete(notes, { id: 'a' });
      await expect(other.put(notes, { id: 'a', tenantId: 'acme' }, data('stolen'))).rejects.toMatchObject({
        code: 'internal',
      });
      await expect(other.delete(notes, { id: 'a', tenantId: 'acme' })).rejects.toMatchObject({ code: 'internal' });
      await other.create(notes, { id: 'a' }, data('theirs'));
      expect((await system().get(notes, { id: 'a', tenantId: 'acme' }))?.data.title).toBe('mine');
    });

    test('are spanned by the system store, which must name them', async () => {
      const { forTenant, system } = make();
      for (const [i, tenant] of ['b', 'a', 'c'].entries())
        await forTenant(tenant).put(notes, { id: 'x' }, data(tenant, { rank: i % 2, group: 'g' }));
      const byRank = await system().query(notes, { orderBy: [{ field: 'rank', direction: 'desc' }] });
      expect(byRank.records.map((record) => record.tenantId)).toEqual(['a', 'c', 'b']);
      await expect(system().get(notes, { id: 'x' })).rejects.toMatchObject({ code: 'internal' });
      const next = await system().query(notes, {
        where: [
          { field: 'group', op: '==', value: 'g' },
          { field: 'tenantId', op: '>', value: 'a' },
        ],
        orderBy: [
          { field: 'tenantId', direction: 'asc' },
          { field: 'rank', direction: 'asc' },
        ],
        limit: 1,
      });
      expect(next.records[0]?.tenantId).toBe('b');
    });
  });

  describe(`${name}: queries`, () => {
    test('come by id when nothing else is asked', async () => {
      const { store } = await filled(3);
      expect(ids((await store.query(notes, {})).records)).toEqual(['n0', 'n1', 'n2']);
    });

    test('filter by equality, range and list, and count', async () => {
      const { store } = await filled(6, (i) => ({ group: i % 2 === 0 ? 'even' : 'odd', urgent: i === 3 }));
      const even = [{ field: 'group', op: '==', value: 'even' }] as const;
      expect(await store.count(notes, { where: even })).toBe(3);
      const above = [...even, { field: 'rank', op: '>', value: 0 }] as const;
      expect(ids((await store.query(notes, { where: above })).records)).toEqual(['n2', 'n4']);
      const both = await store.query(notes, {
        where: [{ field: 'group', op: 'in', value: ['odd', 'even'] }],
        orderBy: [{ field: 'rank', direction: 'desc' }],
        limit: 4,
      });
      expect(ids(both.records)).toEqual(['n5', 'n4', 'n3', 'n2']);
      expect(ids((await store.query(notes, { where: [{ field: 'urgent', op: '==', value: true }] })).records)).toEqual([
        'n3',
      ]);
    });

    test('tell null from a value', async () => {
      const { store } = await filled(3, (i) => ({ group: i === 1 ? 'g' : null }));
      const absent = await store.query(notes, { where: [{ field: 'group', op: '==', value: null }] });
      expect(ids(absent.records)).toEqual(['n0', 'n2']);
    });

    test.each(['asc', 'desc'] as const)('page through everything once, %s, ties and all', async (direction) => {
      const { store } = await filled(25, (i) => ({ rank: Math.floor(i / 4) }));
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof store.query<Note>>> = await store.query(notes, {
          orderBy: [{ field: 'rank', direction }],
          limit: 4,
          cursor,
        });
        seen.push(...ids(page.records));
        cursor = page.nextCursor;
      } while (cursor !== null);
      const whole = await store.query(notes, { orderBy: [{ field: 'rank', direction }] });
      expect(seen).toEqual(ids(whole.records));
      expect(new Set(seen).size).toBe(25);
    });

    test('refuse a cursor that is damaged or belongs to another query', async () => {
      const { store } = await filled(5);
      const { nextCursor } = await store.query(notes, { limit: 2 });
      const bad = { code: 'invalid_page_token' };
      for (const cursor of ['', 'x', 'AAAA', Buffer.from('[1]').toString('base64url')])
        await expect(store.query(notes, { cursor })).rejects.toMatchObject(bad);
      const other = { orderBy: [{ field: 'rank', direction: 'asc' as const }], cursor: nextCursor };
      await expect(store.query(notes, other)).rejects.toMatchObject(bad);
    });

    test('are refused when no index serves them', async () => {
      const { store } = await filled(1);
      const title = [{ field: 'title', op: '==', value: 'x' }] as const;
      await expect(store.query(notes, { where: title })).rejects.toMatchObject({ code: 'internal' });
      const crossed = [
        { field: 'group', op: '==', value: 'x' },
        { field: 'urgent', op: '==', value: true },
      ] as const;
      await expect(store.query(notes, { where: crossed })).rejects.toMatchObject({ code: 'internal' });
      await expect(store.query(notes, { limit: 1001 })).rejects.toMatchObject({ code: 'internal' });
    });
  });

  describe(`${name}: transactions`, () => {
    test('commit all or nothing', async () => {
      const { store } = await filled(1);
      await store.transaction(async (tx) => {
        tx.put(notes, { id: 'a' }, data('a'));
        tx.delete(notes, { id: 'n0' });
      });
      expect(ids((await store.query(notes, {})).records)).toEqual(['a']);
      const failing = store.transaction(async (tx) => {
        tx.put(notes, { id: 'b' }, data('b'));
        tx.create(notes, { id: 'a' }, data('again'));
      });
      await expect(failing).rejects.toMatchObject({ code: 'already_exists' });
      await expect(
        store.transaction(async (tx) => {
          tx.put(notes, { id: 'b' }, data('b'));
          throw new Error('mine');
        }),
      ).rejects.toThrow('mine');
      expect(ids((await store.query(notes, {})).records)).toEqual(['a']);
    });

    test('run again when a record they read has changed, also from absent', async () => {
      const { store } = await filled(1);
      let runs = 0;
      await store.transaction(async (tx) => {
        const found = await tx.get(notes, { id: 'n0' });
        const absent = await tx.get(notes, { id: 'new' });
        runs += 1;
        if (runs === 1) await store.put(notes, { id: 'n0' }, data('changed', { rank: 10 }));
        if (runs === 2) await store.put(notes, { id: 'new' }, data('appeared', { rank: 5 }));
        tx.put(notes, { id: 'sum' }, data('sum', { rank: (found?.data.rank ?? 0) + (absent?.data.rank ?? 0) }));
      });
      expect(runs).toBe(3);
      expect((await store.get(notes, { id: 'sum' }))?.data.rank).toBe(15);
    });

    test('give up after ten conflicts', async () => {
      const { store } = await filled(1);
      let runs = 0;
      const hopeless = store.transaction(async (tx) => {
        await tx.get(notes, { id: 'n0' });
        runs += 1;
        await store.put(notes, { id: 'n0' }, data('again', { rank: runs }));
        tx.put(notes, { id: 'x' }, data('x'));
      });
      await expect(hopeless).rejects.toMatchObject({ code: 'contention' });
      expect(runs).toBe(10);
      expect(await store.get(notes, { id: 'x' })).toBeNull();
    });

    test('lose no update of many at once', async () => {
      const { store } = await filled(1);
      const increment = () =>
        store.transaction(async (tx) => {
          const found = await tx.get(notes, { id: 'n0' });
          tx.put(notes, { id: 'n0' }, data('count', { rank: (found?.data.rank ?? 0) + 1 }));
        });
      await Promise.all(Array.from({ length: 100 }, increment));
      expect((await store.get(notes, { id: 'n0' }))?.data.rank).toBe(100);
    });

    test('verify the records that a query returned', async () => {
      const { store } = await filled(2, () => ({ group: 'g' }));
      let runs = 0;
      await store.transaction(async (tx) => {
        const found = await tx.query(notes, { where: [{ field: 'group', op: '==', value: 'g' }] });
        runs += 1;
        if (runs === 1) await store.put(notes, { id: 'n1' }, data('left'));
        for (const { id } of found) tx.delete(notes, { id });
      });
      expect(ids((await store.query(notes, {})).records)).toEqual(['n1']);
    });

    test('take 500 writes and no more', async () => {
      const store = make().forTenant('acme');
      const write = (count: number) =>
        store.transaction(async (tx) => {
          for (let i = 0; i < count; i++) tx.put(notes, { id: `w${i}` }, data('w'));
        });
      await expect(write(501)).rejects.toMatchObject({ code: 'limit_exceeded' });
      await write(500);
      expect(await store.count(notes, {})).toBe(500);
    });

    test('succeed or fail each by itself when many commit at the same moment', async () => {
      const { store } = await filled(1);
      const outcomes = await Promise.allSettled([
        store.create(notes, { id: 'a' }, data('a')),
        store.create(notes, { id: 'n0' }, data('taken')),
        store.create(notes, { id: 'b' }, data('b')),
        store.create(notes, { id: 'a' }, data('second')),
      ]);
      const [first, taken, other, second] = outcomes.map((outcome) => outcome.status);
      expect([taken, other]).toEqual(['rejected', 'fulfilled']);
      // Which of the two that want the same id comes first is the store's affair.
      expect([first, second].sort()).toEqual(['fulfilled', 'rejected']);
      expect((await store.get(notes, { id: 'a' }))?.data.title).toBe(first === 'fulfilled' ? 'a' : 'second');
    });
  });
}
