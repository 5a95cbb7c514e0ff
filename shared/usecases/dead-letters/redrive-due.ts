import { deadLetters, documents, runs } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { DeadLetter, Run } from '../../domain/run.ts';
import { processesDocument } from '../../domain/workflows.ts';
import type { Stored } from '../../ports/document-store.ts';
import type { TenantPorts } from '../../ports/platform.ts';
import type { UseCaseContext } from '../context.ts';
import { eachRecord } from '../support/each-record.ts';
import { redriveDeadLetters } from './redrive.ts';

/** Of a tenant in one call, and how fast: what failed together must not come back as a flood. */
const MOST = 100;
const RATE_PER_SECOND = 1;
/** Letters looked at in one call: those whose dependency is down stay where they are. */
const MAX_SEEN = 1000;

/**
 * Runs the tenant's dead letters again that are due (`redriveAt`) and whose step can start: while its dependency is down it is
 * left alone, however long. One whose run nobody waits for any more (cancelled, erased, taken over by a newer run) is not run
 * again by itself. How many were redriven.
 */
export async function redriveDue(ctx: UseCaseContext, mayStart: (kind: string) => Promise<boolean>): Promise<number> {
  const ids: string[] = [];
  for await (const letter of eachRecord((cursor) => due(ctx, cursor), MAX_SEEN)) {
    if ((await mayStart(letter.data.stepKind)) && (await isWaitedFor(ctx, letter))) ids.push(letter.id);
    if (ids.length === MOST) break;
  }
  if (ids.length === 0) return 0;
  try {
    const { redriven } = await redriveDeadLetters(ctx, { ids, ratePerSecond: RATE_PER_SECOND });
    return redriven.length;
  } catch (thrown) {
    // Somebody has redriven or discarded the only one meanwhile.
    if (thrown instanceof RectoError && (thrown.code === 'conflict' || thrown.code === 'not_found')) return 0;
    // What nobody came for is given up all the same.
    ctx.platform.log.error('maintenance failed for a tenant', { tenantId: ctx.ports.tenantId, error: thrown });
    return 0;
  }
}

const due = (ctx: UseCaseContext, cursor: string | null) =>
  ctx.ports.store.query(deadLetters, {
    where: [
      { field: 'status', op: '==', value: 'open' },
      { field: 'redriveAt', op: '<=', value: ctx.platform.clock.now() },
    ],
    orderBy: [{ field: 'redriveAt', direction: 'asc' }],
    limit: MOST,
    cursor,
  });

/** False also takes it from those that are due. */
async function isWaitedFor({ ports }: UseCaseContext, { id, data }: Stored<DeadLetter>): Promise<boolean> {
  const run = (await ports.store.get(runs, { id: data.runId }))?.data;
  if (run !== undefined && run.status !== 'cancelled' && !(await isSuperseded(ports, run))) return true;
  await ports.store.transaction(async (tx) => {
    const letter = await tx.get(deadLetters, { id });
    if (letter?.data.status === 'open') tx.put(deadLetters, { id }, { ...letter.data, redriveAt: null });
  });
  return false;
}

async function isSuperseded({ store }: TenantPorts, run: Run): Promise<boolean> {
  if (run.documentId === null || !processesDocument(run.workflow)) return false;
  const document = await store.get(documents, { id: run.documentId });
  return document === null || document.data.status === 'erasing' || document.data.runId !== run.id;
}
