import { deadLetters, runs } from '../../domain/collections.ts';
import { type DeadLetter, isTerminal } from '../../domain/run.ts';
import type { Stored, Transaction } from '../../ports/document-store.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { eachRecord } from '../support/each-record.ts';

const PAGE = 200;
/** Of each status in one call. */
const MAX_SEEN = 1000;

/** The last time that it failed. */
const failedAt = (letter: DeadLetter): number => Math.max(letter.createdAt, letter.attempts.at(-1)?.endedAt ?? 0);

/**
 * Gives up the tenant's open dead letters that last failed before `before` (epoch ms), with an audit event each, and deletes those
 * that were resolved before then. What is under way is left alone: a letter goes only when its run has ended. The document
 * keeps its status and error, and its run may still be retried.
 */
export async function expireDeadLetters(
  ctx: UseCaseContext,
  { before }: { before: number },
): Promise<{ expired: number; deleted: number }> {
  let expired = 0;
  let deleted = 0;
  for await (const { id } of older(ctx, 'open', before))
    if (await ctx.ports.store.transaction((tx) => giveUp(ctx, tx, id, before))) expired += 1;
  for (const status of ['redriven', 'discarded'] as const)
    for await (const { id, data } of older(ctx, status, before)) {
      if ((data.resolvedAt ?? data.createdAt) >= before) continue;
      if (await ctx.ports.store.transaction((tx) => forget(tx, id, before))) deleted += 1;
    }
  return { expired, deleted };
}

async function giveUp(ctx: UseCaseContext, tx: Transaction, id: string, before: number): Promise<boolean> {
  const letter = (await tx.get(deadLetters, { id }))?.data;
  if (letter?.status !== 'open' || failedAt(letter) >= before) return false;
  const run = await tx.get(runs, { id: letter.runId });
  if (run !== null && !isTerminal(run.data.status)) return false;
  const resolvedAt = ctx.platform.clock.now();
  const resolved = { resolvedAt, resolvedBy: ctx.principal.id, redriveAt: null };
  tx.put(deadLetters, { id }, { ...letter, status: 'discarded', ...resolved });
  recordAudit(tx, ctx, {
    action: 'deadletter.expired',
    targets: [{ type: 'deadLetter', id }],
    metadata: { runId: letter.runId, documentId: letter.documentId, code: letter.error.code },
  });
  return true;
}

async function forget(tx: Transaction, id: string, before: number): Promise<boolean> {
  const letter = (await tx.get(deadLetters, { id }))?.data;
  if (letter === undefined || letter.status === 'open' || (letter.resolvedAt ?? letter.createdAt) >= before)
    return false;
  // Its next failure would open it again.
  const run = await tx.get(runs, { id: letter.runId });
  if (run !== null && !isTerminal(run.data.status)) return false;
  tx.delete(deadLetters, { id });
  return true;
}

const older = (
  { ports }: UseCaseContext,
  status: DeadLetter['status'],
  before: number,
): AsyncGenerator<Stored<DeadLetter>> =>
  eachRecord(
    (cursor) =>
      ports.store.query(deadLetters, {
        where: [
          { field: 'status', op: '==', value: status },
          { field: 'createdAt', op: '<', value: before },
        ],
        orderBy: [{ field: 'createdAt', direction: 'asc' }],
        limit: PAGE,
        cursor,
      }),
    MAX_SEEN,
  );
