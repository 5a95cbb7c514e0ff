import { z } from 'zod';
import { batches, documents } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { idSchema, newId } from '../../domain/ids.ts';
import type { Batch } from '../../domain/records.ts';
import type { UseCaseContext } from '../context.ts';

export const createBatchSchema = z.strictObject({
  name: z.string().min(1).max(200),
  /** Documents that are there already; more join by naming the batch when they are uploaded. */
  documentIds: z.array(idSchema('document')).max(400).default([]),
});
export type CreateBatch = z.infer<typeof createBatchSchema>;

/** Many documents as one. All of them join or none: `not_found` for one that is missing, `conflict` for one in another batch. */
export async function createBatch(ctx: UseCaseContext, input: CreateBatch): Promise<Batch> {
  const now = ctx.platform.clock.now();
  const documentIds = [...new Set(input.documentIds)];
  const batch: Batch = { id: newId('batch', now), name: input.name, documentIds, createdAt: now };
  await ctx.ports.store.transaction(async (tx) => {
    for (const id of documentIds) {
      const found = await tx.get(documents, { id });
      if (found === null || found.data.status === 'erasing')
        throw new RectoError('not_found', `There is no document ${id}; the batch was not made.`);
      if (found.data.batchId !== null)
        throw new RectoError('conflict', `The document ${id} is in a batch already; the new batch was not made.`);
      tx.put(documents, { id }, { ...found.data, batchId: batch.id, updatedAt: now });
    }
    tx.create(batches, { id: batch.id }, batch);
  });
  return batch;
}
