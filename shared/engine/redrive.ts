import { deadLetters, runs } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import { newId } from '../domain/ids.ts';
import type { DeadLetter } from '../domain/run.ts';
import type { Where } from '../ports/document-store.ts';
import { auditEvent } from './audit.ts';
import type { EngineCore } from './core.ts';
import type { RedriveParams } from './engine-api.ts';
import { markRedriven, PARTS_AT_ONCE, reopen } from './reopen.ts';

const DEFAULT_RATE = 10;
const DEFAULT_LIMIT = 1000;

/** The open dead letters that the request means, oldest first. `not_found` when one named alone does not exist. */
async function select(core: EngineCore, tenantId: string, params: RedriveParams): Promise<DeadLetter[]> {
  const { store } = core.ports(tenantId);
  const limit = Math.min(params.limit ?? DEFAULT_LIMIT, 10_000);
  const found: DeadLetter[] = [];
  if (params.ids !== undefined) {
    for (const id of params.ids.slice(0, limit)) {
      const letter = await store.get(deadLetters, { id });
      if (letter === null && params.ids.length === 1)
        throw new RectoError('not_found', `There is no dead letter ${id}.`);
      if (letter?.data.status === 'open') found.push(letter.data);
      else if (letter !== null && params.ids.length === 1)
        throw new RectoError('conflict', `Dead letter ${id} was ${letter.data.status} already.`);
    }
    return found;
  }
  const { stepKind, code, createdAfter, createdBefore } = params.filter ?? {};
  const where: Where[] = [{ field: 'status', op: '==', value: 'open' }];
  if (stepKind !== undefined) where.push({ field: 'stepKind', op: '==', value: stepKind });
  if (createdAfter !== undefined) where.push({ field: 'createdAt', op: '>', value: createdAfter });
  if (createdBefore !== undefined) where.push({ field: 'createdAt', op: '<', value: createdBefore });
  let cursor: string | null = null;
  do {
    const page: { records: { data: DeadLetter }[]; nextCursor: string | null } = await store.query(deadLetters, {
      where,
      orderBy: [{ field: 'createdAt', direction: 'asc' }],
      limit: 500,
      cursor,
    });
    for (const { data } of page.records)
      if (found.length < limit && (code === undefined || data.error.code === code)) found.push(data);
    cursor = found.length < limit ? page.nextCursor : null;
  } while (cursor !== null);
  return found;
}

/**
 * Runs dead letters again, spread over time, run by run in one transaction each with its audit event; what meanwhile was
 * resolved, cancelled or erased is left out. One of several runs that fails is logged and stays as it is. A dry run only says what
 * would match.
 */
export async function redriveDeadLetters(
  core: EngineCore,
  tenantId: string,
  params: RedriveParams,
): Promise<{ matched: number; redriven: DeadLetter[]; dryRun: boolean }> {
  const letters = await select(core, tenantId, params);
  if (params.dryRun === true) return { matched: letters.length, redriven: [], dryRun: true };
  const { store } = core.ports(tenantId);
  const rate = params.ratePerSecond ?? DEFAULT_RATE;
  if (!(rate > 0)) throw new RectoError('invalid_request', 'ratePerSecond must be more than 0.');
  const start = core.platform.clock.now();
  const redriveId = newId('redrive', start);
  const byRun = new Map<string, { letter: DeadLetter; readyAt: number }[]>();
  for (const [i, letter] of letters.entries()) {
    const readyAt = start + Math.floor((i * 1000) / rate);
    byRun.set(letter.runId, [...(byRun.get(letter.runId) ?? []), { letter, readyAt }]);
  }
  const redriven: DeadLetter[] = [];
  const again = (runId: string, chunk: readonly { letter: DeadLetter; readyAt: number }[]): Promise<DeadLetter[]> =>
    store.transaction(async (tx) => {
      const run = await tx.get(runs, { id: runId });
      if (run === null || run.data.status === 'cancelled') return [];
      const now = core.platform.clock.now();
      const marked: DeadLetter[] = [];
      const targets = [];
      for (const { letter, readyAt } of chunk) {
        const current = await tx.get(deadLetters, { id: letter.id });
        if (current?.data.status !== 'open') continue;
        marked.push(markRedriven(tx, current.data, params.by, now));
        targets.push({ stepId: letter.stepId, part: letter.part, deadLetterId: letter.id, readyAt });
      }
      if (marked.length === 0) return [];
      await reopen(core, tx, runId, targets);
      auditEvent(tx, now, {
        action: 'deadletter.redriven',
        by: params.by,
        targets: marked.map((letter) => ({ type: 'deadLetter', id: letter.id })),
        requestId: params.requestId,
        metadata: { redriveId, runId },
      });
      return marked;
    });
  for (const [runId, entries] of byRun)
    for (let from = 0; from < entries.length; from += PARTS_AT_ONCE)
      try {
        redriven.push(...(await again(runId, entries.slice(from, from + PARTS_AT_ONCE))));
      } catch (error) {
        if (byRun.size === 1) throw error;
        core.platform.log.error('dead letters of a run could not be redriven; they stay open', {
          ...{ tenantId, runId, error },
        });
      }
  if (params.ids?.length === 1 && redriven.length === 0 && letters.length === 1)
    throw new RectoError('conflict', 'The run of this dead letter was cancelled or erased; start a new one instead.');
  core.kick();
  return { matched: letters.length, redriven, dryRun: false };
}
