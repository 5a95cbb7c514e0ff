import { z } from 'zod';
import { batches, documents } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { Batch } from '../../domain/records.ts';
import type { UseCaseContext } from '../context.ts';
import { eachRecord } from '../support/each-record.ts';

/** `done` is true when no document of the batch is on its way any more. */
export const batchViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.number(),
  documents: z.number().int(),
  counts: z.object({
    uploading: z.number().int(),
    processing: z.number().int(),
    ready: z.number().int(),
    partial: z.number().int(),
    failed: z.number().int(),
  }),
  done: z.boolean(),
});
export type BatchView = z.infer<typeof batchViewSchema>;

/** The batch with how its documents stand, counted from the documents themselves. */
export async function getBatch(ctx: UseCaseContext, input: { id: string }): Promise<BatchView> {
  const found = await ctx.ports.store.get(batches, { id: input.id });
  if (found === null) throw new RectoError('not_found', `There is no batch ${input.id}.`);
  return batchView(ctx, found.data);
}

export async function batchView(ctx: UseCaseContext, batch: Batch): Promise<BatchView> {
  const counts = { uploading: 0, processing: 0, ready: 0, partial: 0, failed: 0 };
  for await (const { data } of eachRecord((cursor) => members(ctx, batch.id, cursor)))
    if (data.status !== 'erasing') counts[data.status] += 1;
  const { id, name, createdAt } = batch;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { id, name, createdAt, documents: total, counts, done: counts.uploading + counts.processing === 0 };
}

const members = (ctx: UseCaseContext, batchId: string, cursor: string | null) =>
  ctx.ports.store.query(documents, {
    where: [{ field: 'batchId', op: '==', value: batchId }],
    orderBy: [{ field: 'createdAt', direction: 'asc' }],
    limit: 1000,
    cursor,
  });
