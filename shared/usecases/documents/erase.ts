import type { CollectionDef } from '../../domain/collection.ts';
import {
  artifacts,
  deadLetters,
  documents,
  redactionReviews,
  results,
  runParts,
  runs,
  uploads,
  webhookDeliveries,
} from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { isTerminal, type Run } from '../../domain/run.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { addToTotals } from '../quotas/counters.ts';
import { removeDropped } from './dropped-file.ts';
import { passwordSecretName } from './ingest.ts';

const CANCEL_WAIT_MS = 10_000;

/**
 * Erases a document: bytes (the file that was dropped as well, if it lies there still), artifacts, index entry, runs with
 * their parts and dead letters, reusable results, webhook deliveries, password.
 * Usage records and audit events stay; they hold no content. The document is invisible from the first step on; each step
 * may be done again, so an erasure that was cut off is finished by calling this once more. `not_found` if there is none.
 */
export async function eraseDocument(ctx: UseCaseContext, input: { id: string }): Promise<void> {
  const { id } = input;
  const document = await ctx.ports.store.transaction(async (tx) => {
    const found = await tx.get(documents, { id });
    if (found === null) throw new RectoError('not_found', `There is no document ${id}.`);
    if (found.data.status === 'erasing') return found.data;
    const updatedAt = ctx.platform.clock.now();
    tx.put(documents, { id }, { ...found.data, status: 'erasing', updatedAt });
    return found.data;
  });
  await stopRuns(ctx, id);
  await removeDropped(ctx, document);
  await ctx.ports.search.remove(id);
  await ctx.ports.objects.deletePrefix({ bucket: 'documents', prefix: `${id}/` });
  await ctx.ports.objects.deletePrefix({ bucket: 'artifacts', prefix: `${id}/` });
  await deleteWhere(ctx, artifacts, 'documentId', id);
  await deleteWhere(ctx, results, 'documentId', id);
  // The bodies that were sent name the file.
  await deleteWhere(ctx, webhookDeliveries, 'documentId', id);
  for (const runId of await runIds(ctx, id)) {
    await deleteWhere(ctx, runParts, 'runId', runId);
    await deleteWhere(ctx, deadLetters, 'runId', runId);
    await ctx.ports.store.delete(runs, { id: runId });
  }
  await ctx.ports.store.delete(redactionReviews, { id });
  await ctx.ports.store.delete(uploads, { id });
  await ctx.ports.secrets.delete(passwordSecretName(id));
  await ctx.ports.store.transaction(async (tx) => {
    const found = await tx.get(documents, { id });
    if (found === null) return;
    // Counted when the bytes were taken in, and only then.
    const counted = found.data.sourceKey !== null;
    if (counted) await addToTotals(tx, id, { storedBytes: -(found.data.size ?? 0), documents: -1 });
    tx.delete(documents, { id });
    recordAudit(tx, ctx, { action: 'document.erased', targets: [{ type: 'document', id }] });
  });
}

/** Cancels what is under way. What a step still writes in another process it takes back itself: it looks at the document after. */
async function stopRuns(ctx: UseCaseContext, documentId: string): Promise<void> {
  const { clock } = ctx.platform;
  const deadline = clock.now() + CANCEL_WAIT_MS;
  for (const runId of await runIds(ctx, documentId)) {
    let run = (await ctx.ports.store.get(runs, { id: runId }))?.data;
    if (run === undefined || isTerminal(run.status)) continue;
    run = await cancel(ctx, run);
    while (!isTerminal(run.status) && clock.now() < deadline) {
      await clock.sleep(50);
      const now = await ctx.ports.store.get(runs, { id: runId });
      if (now === null) break;
      run = now.data;
    }
  }
}

async function cancel(ctx: UseCaseContext, run: Run): Promise<Run> {
  try {
    return await ctx.engine.cancelRun(ctx.ports.tenantId, run.id, ctx.principal.id);
  } catch (error) {
    // It ended between the look and the cancel: as good.
    if (error instanceof RectoError && error.code === 'conflict') return { ...run, status: 'failed' };
    throw error;
  }
}

async function runIds(ctx: UseCaseContext, documentId: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { records: { id: string }[]; nextCursor: string | null } = await ctx.ports.store.query(runs, {
      where: [{ field: 'documentId', op: '==', value: documentId }],
      orderBy: [{ field: 'createdAt', direction: 'asc' }],
      limit: 200,
      cursor,
    });
    ids.push(...page.records.map((record) => record.id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return ids;
}

async function deleteWhere<T>(
  ctx: UseCaseContext,
  collection: CollectionDef<T>,
  field: string,
  value: string,
): Promise<void> {
  for (;;) {
    const { records } = await ctx.ports.store.query(collection, {
      where: [{ field, op: '==', value }],
      limit: 400,
    });
    if (records.length === 0) return;
    await ctx.ports.store.transaction(async (tx) => {
      for (const { id } of records) tx.delete(collection, { id });
    });
  }
}
