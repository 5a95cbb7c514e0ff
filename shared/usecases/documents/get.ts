import { documents } from '../../domain/collections.ts';
import type { Document } from '../../domain/document.ts';
import { RectoError } from '../../domain/errors.ts';
import type { UseCaseContext } from '../context.ts';

/** The document; `not_found` when there is none, and as soon as its erasure has begun. */
export async function getDocument(ctx: UseCaseContext, input: { id: string }): Promise<Document> {
  const found = await ctx.ports.store.get(documents, { id: input.id });
  if (found === null || found.data.status === 'erasing')
    throw new RectoError('not_found', `There is no document ${input.id}.`);
  return found.data;
}
