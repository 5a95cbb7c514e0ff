import { erasures } from '../../domain/collections.ts';
import type { Erasure } from '../../domain/erasure.ts';
import { RectoError } from '../../domain/errors.ts';
import type { UseCaseContext } from '../context.ts';

/** What is on record of a document's erasure. Error: `not_found`, where nobody asked for one. */
export async function getErasure(ctx: UseCaseContext, input: { documentId: string }): Promise<Erasure> {
  const found = await ctx.ports.store.get(erasures, { id: input.documentId });
  if (found !== null) return found.data;
  throw new RectoError('not_found', `No document ${input.documentId} was erased.`);
}
