import { schedules } from '../../domain/collections.ts';
import { RectoError, toRectoError } from '../../domain/errors.ts';
import { isUnfinishedName } from '../../domain/unfinished-name.ts';
import type { UseCaseContext } from '../context.ts';
import { ingestDropped } from '../documents/ingest-dropped.ts';
import { reprocessDocument } from '../documents/reprocess.ts';

/**
 * A tick of a schedule. Idempotent: the documents and runs it starts have ids that follow from what they are about, so that a
 * tick delivered twice starts nothing twice. A schedule that is gone or disabled does nothing. The ids of the runs started.
 */
export async function fireSchedule(
  ctx: UseCaseContext,
  input: { scheduleId: string; scheduledFor: string },
): Promise<string[]> {
  const schedule = await ctx.ports.store.get(schedules, { id: input.scheduleId });
  if (schedule === null || !schedule.data.enabled) return [];
  const { target } = schedule.data;
  const runIds =
    target.kind === 'ingest-prefix'
      ? await ingestPrefix(ctx, target.prefix)
      : await reprocess(ctx, target.documentId, input);
  await ctx.ports.store.transaction(async (tx) => {
    const now = await tx.get(schedules, { id: input.scheduleId });
    if (now === null || (now.data.lastFiredFor !== null && now.data.lastFiredFor > input.scheduledFor)) return;
    const repeated = now.data.lastFiredFor === input.scheduledFor;
    const all = repeated ? [...new Set([...now.data.lastRunIds, ...runIds])] : runIds;
    tx.put(
      schedules,
      { id: input.scheduleId },
      { ...now.data, lastFiredFor: input.scheduledFor, lastRunIds: all.slice(-100) },
    );
  });
  return runIds;
}

async function ingestPrefix(ctx: UseCaseContext, prefix: string): Promise<string[]> {
  const runIds: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof ctx.ports.objects.list>> = await ctx.ports.objects.list({
      bucket: 'incoming',
      prefix,
      limit: 200,
      cursor,
    });
    for (const { key, generation, updatedAt } of page.objects) {
      // What the bucket's own notifications pass over.
      if (key.split('/').some(isUnfinishedName)) continue;
      const ingested = await ingestDropped(ctx, { key, generation, updatedAt, origin: 'schedule' });
      if (ingested !== null) runIds.push(ingested.run.id);
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  return runIds;
}

async function reprocess(
  ctx: UseCaseContext,
  documentId: string,
  tick: { scheduleId: string; scheduledFor: string },
): Promise<string[]> {
  try {
    const { run } = await reprocessDocument(ctx, {
      documentId,
      cause: [tick.scheduleId, tick.scheduledFor],
      origin: 'schedule',
    });
    return [run.id];
  } catch (thrown) {
    const error = toRectoError(thrown);
    if (error.class === 'transient') throw error;
    ctx.platform.log.warn('schedule had nothing to process', {
      tenantId: ctx.ports.tenantId,
      scheduleId: tick.scheduleId,
      code: error instanceof RectoError ? error.code : 'internal',
    });
    return [];
  }
}
