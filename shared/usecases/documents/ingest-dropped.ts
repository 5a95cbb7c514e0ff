import { deterministicId } from '../../domain/deterministic-id.ts';
import { toRectoError } from '../../domain/errors.ts';
import type { UseCaseContext } from '../context.ts';
import { type Ingested, ingestDocument } from './ingest.ts';
import { recordRefusal } from './record-refusal.ts';

/**
 * A file that appeared in the incoming bucket. The document id follows from tenant, bucket, key and generation, so that a
 * notification delivered twice, or a schedule that sees the same file, is taken in once: then the answer is null.
 * A file that cannot be taken in leaves a `failed` document with the reason; transient errors are thrown.
 */
export async function ingestDropped(
  ctx: UseCaseContext,
  input: { key: string; generation: string; updatedAt: number; origin: 'bucket' | 'schedule' },
): Promise<Ingested | null> {
  const documentId = deterministicId(
    'document',
    input.updatedAt,
    ctx.ports.tenantId,
    'incoming',
    input.key,
    input.generation,
  );
  const filename = input.key.split('/').at(-1) ?? input.key;
  try {
    return await ingestDocument(ctx, {
      source: { kind: 'object', bucket: 'incoming', key: input.key, generation: input.generation },
      filename,
      metadata: { key: input.key.slice(0, 1024) },
      origin: input.origin,
      documentId,
    });
  } catch (thrown) {
    const error = toRectoError(thrown);
    if (error.code === 'already_exists') return null;
    // Gone or replaced before we came: there is nothing to refuse.
    if (error.code === 'not_found') return null;
    if (error.class === 'transient') throw error;
    await recordRefusal(ctx, { documentId, filename, origin: input.origin, error });
    return null;
  }
}
