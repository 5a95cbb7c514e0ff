import { documents, erasures, runs } from '../../domain/collections.ts';
import type { Document } from '../../domain/document.ts';
import { type Erasure, HELD_KINDS, mostHeld, nothingHeld } from '../../domain/erasure.ts';
import { RectoError } from '../../domain/errors.ts';
import { isTerminal, type Run } from '../../domain/run.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { addToTotals } from '../quotas/counters.ts';
import { eachRecord } from '../support/each-record.ts';
import { type Holder, lookAtHoldings, removeHoldings } from './holdings.ts';
import { waitsForReview } from './waits-for-review.ts';

const CANCEL_WAIT_MS = 10_000;
/** What was written while it was deleted is gone after the second round at the latest, unless something is wrong. */
const ROUNDS = 3;
const PAUSE_MS = 100;

/**
 * Erases a document with all that is held of it (`holdings.ts`), looks for each kind of it once more, and only then calls it erased:
 * the answer is the record of that, which is also in the audit log. Usage records and audit events stay; they hold no content. The
 * document is invisible from the first step on; each step may be done again, so an erasure that was cut off is finished by calling
 * this once more. Errors: `not_found` if there is none; `contention` where something of it comes again and again, and
 * the erasure goes on later; `conflict` where its time is over, but it is being processed or a person has to look at it.
 */
export async function eraseDocument(
  ctx: UseCaseContext,
  input: { id: string; cause?: Erasure['cause'] },
): Promise<Erasure> {
  const { id, cause = 'request' } = input;
  const document = await begin(ctx, { id, cause });
  await stopRuns(ctx, id);
  // What a run has left behind is found by its id, also once the run itself is gone.
  const known = new Set<string>();
  const holder = async (): Promise<Holder> => {
    for (const runId of await runIds(ctx, id)) known.add(runId);
    return { document, runIds: [...known] };
  };
  for (let round = 1; ; round++) {
    const there = await holder();
    await noteHeld(ctx, there);
    await removeHoldings(ctx, there);
    const left = (await lookAtHoldings(ctx, await holder())).held;
    const kinds = HELD_KINDS.filter((kind) => left[kind] > 0);
    if (kinds.length === 0) return finish(ctx, { id, check: { at: ctx.platform.clock.now(), left } });
    if (round === ROUNDS)
      throw new RectoError(
        'contention',
        `Of the document ${id} there is still something (${kinds.join(', ')}); it is not erased yet. The erasure goes on by itself within minutes.`,
        { retryAfter: 60, details: { kinds } },
      );
    await ctx.platform.clock.sleep(PAUSE_MS);
  }
}

/** Nobody sees the document from here on, and it is on record who wanted that. */
async function begin(
  ctx: UseCaseContext,
  { id, cause }: Required<Pick<Erasure, 'cause'>> & { id: string },
): Promise<Document> {
  return ctx.ports.store.transaction(async (tx) => {
    const found = await tx.get(documents, { id });
    const known = await tx.get(erasures, { id });
    const waits = cause === 'retention' && (await waitsForReview(tx, id));
    if (found === null) throw new RectoError('not_found', `There is no document ${id}.`);
    const { sha256, size, status } = found.data;
    if (status === 'erasing' && known?.data.state === 'erasing') return found.data;
    if (cause === 'retention' && (!SETTLED.includes(status) || waits))
      throw new RectoError('conflict', `The document ${id} is being worked at; it is erased once that has ended.`);
    const now = ctx.platform.clock.now();
    tx.put(documents, { id }, { ...found.data, status: 'erasing', updatedAt: now });
    tx.put(
      erasures,
      { id },
      {
        ...{ documentId: id, state: 'erasing', cause, sha256, size, held: nothingHeld(), bytes: 0, check: null },
        requestedBy: { kind: ctx.principal.kind, id: ctx.principal.id },
        requestedAt: now,
      },
    );
    return found.data;
  });
}

/** A document that nothing is done to at present. */
export const SETTLED: readonly Document['status'][] = ['ready', 'partial', 'failed'];

/** Before anything is deleted, so that the record says what there was, however often the erasure is cut off. */
async function noteHeld(ctx: UseCaseContext, holder: Holder): Promise<void> {
  const { held, bytes } = await lookAtHoldings(ctx, holder);
  await change(ctx, holder.document.id, (erasure) => ({
    ...erasure,
    held: mostHeld(erasure.held, held),
    bytes: Math.max(erasure.bytes, bytes),
  }));
}

async function change(ctx: UseCaseContext, id: string, to: (erasure: Erasure) => Erasure): Promise<void> {
  await ctx.ports.store.transaction(async (tx) => {
    const found = await tx.get(erasures, { id });
    if (found !== null) tx.put(erasures, { id }, to(found.data));
  });
}

/** The document's record goes in the one transaction that says so. */
async function finish(ctx: UseCaseContext, { id, check }: { id: string; check: Erasure['check'] }): Promise<Erasure> {
  return ctx.ports.store.transaction(async (tx) => {
    const [found, known] = [await tx.get(documents, { id }), await tx.get(erasures, { id })];
    if (known === null) throw new RectoError('internal', `The erasure of ${id} has no record.`);
    // Somebody else came to the end first.
    if (found === null) return known.data;
    const erasure: Erasure = { ...known.data, state: 'erased', check };
    // Counted when the bytes were taken in, and only then.
    const counted = found.data.sourceKey !== null;
    if (counted) await addToTotals(tx, id, { storedBytes: -(found.data.size ?? 0), documents: -1 });
    tx.delete(documents, { id });
    tx.put(erasures, { id }, erasure);
    const { documentId: _documentId, state: _state, ...proof } = erasure;
    recordAudit(tx, ctx, { action: 'document.erased', targets: [{ type: 'document', id }], metadata: proof });
    return erasure;
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

async function runIds({ ports }: UseCaseContext, documentId: string): Promise<string[]> {
  const found = eachRecord((cursor) =>
    ports.store.query(runs, {
      where: [{ field: 'documentId', op: '==', value: documentId }],
      orderBy: [{ field: 'createdAt', direction: 'asc' }],
      limit: 200,
      cursor,
    }),
  );
  const ids: string[] = [];
  for await (const { id } of found) ids.push(id);
  return ids;
}
