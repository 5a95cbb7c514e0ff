import { afterEach, beforeEach, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '#tests/support/manual-clock.ts';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import type { UseCaseContext } from '../context.ts';
import { beginIdempotent } from './begin.ts';
import { holdIdempotent, LEASE_MS } from './hold.ts';

let fixture: UseCaseFixture;
let clock: ManualClock;
let ctx: UseCaseContext;
beforeEach(async () => {
  fixture = await createUseCaseFixture();
  clock = createManualClock(Date.now());
  ctx = { ...fixture.ctx, platform: { ...fixture.platform, clock } };
});
afterEach(() => fixture.close());

const begin = () => beginIdempotent(ctx, { key: 'k', leaseMs: LEASE_MS });

test('a request that takes long keeps its key; the same one meanwhile is told to wait', async () => {
  const begun = await begin();
  if (begun.kind !== 'go') throw new Error('the key was new');
  const release = holdIdempotent(ctx, { key: 'k', documentId: begun.documentId });
  for (let minute = 0; minute < 10; minute++) await clock.advance(LEASE_MS / 3);
  await expect(begin()).rejects.toMatchObject({ code: 'conflict' });
  release();
});

test('a request whose process died may be made again within seconds, for the same document', async () => {
  const begun = await begin();
  if (begun.kind !== 'go') throw new Error('the key was new');
  const release = holdIdempotent(ctx, { key: 'k', documentId: begun.documentId });
  await clock.advance(LEASE_MS);
  release();
  await clock.advance(LEASE_MS + 1);
  expect(await begin()).toMatchObject({ kind: 'go', resumed: true, documentId: begun.documentId });
  expect(LEASE_MS).toBeLessThanOrEqual(30_000);
});
