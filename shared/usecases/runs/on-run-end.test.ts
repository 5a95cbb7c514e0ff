import { afterAll, beforeAll, expect, it } from 'vitest';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { documents } from '../../domain/collections.ts';
import { ingestDocument } from '../documents/ingest.ts';
import { cancelRun } from './cancel.ts';
import { retryRun } from './retry.ts';

let fixture: UseCaseFixture;
beforeAll(async () => {
  fixture = await createUseCaseFixture();
});
afterAll(() => fixture.close());

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

it('a document whose run was cancelled says so, until the run is tried again', async () => {
  const { ctx } = fixture;
  const source = { kind: 'stream', body: bytes('stopped') } as const;
  const { document, run } = await ingestDocument(ctx, { source, filename: 'a.txt', origin: 'api' });
  await cancelRun(ctx, { id: run.id });
  const stopped = await ctx.ports.store.get(documents, { id: document.id });
  expect(stopped?.data).toMatchObject({ status: 'failed', error: { code: 'cancelled' } });
  await retryRun(ctx, { id: run.id });
  const again = await ctx.ports.store.get(documents, { id: document.id });
  expect(again?.data).toMatchObject({ status: 'processing', error: null });
});
