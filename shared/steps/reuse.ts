import { artifacts, documents } from '../domain/collections.ts';
import type { Artifact } from '../domain/document.ts';
import { RectoError } from '../domain/errors.ts';
import type { SingleStep, StepContext } from '../engine/step.ts';
import { commitArtifacts, ownDocument } from './support/artifacts.ts';
import { namesOfReused } from './support/redacted-names.ts';

/** Gives a document the artifacts of another one with the same bytes and configuration. Fails when those are gone. */
export const reuseStep: SingleStep = {
  kind: 'reuse',
  pool: 'cpu',
  timeoutMs: 120_000,
  maxAttempts: 3,
  async run(ctx, input) {
    const { reuseFrom: from, reuseFromRun: fromRun } = input.run;
    const documentId = input.documentId;
    if (typeof from !== 'string' || documentId === null)
      throw new RectoError('invalid_request', 'A reuse step needs a document and the one to take over from.');
    const source = await ctx.ports.store.get(documents, { id: from });
    if (source === null || source.data.status !== 'ready' || source.data.runId !== fromRun) throw gone(from);
    const copied = await copyArtifacts(ctx, from, documentId);
    if (copied === 0) throw gone(from);
    const document = await ownDocument(ctx.ports.store, documentId, ctx.runId);
    // The same bytes under another name: what goes from it is looked for in that one.
    const redactedNames = await namesOfReused(ctx, { document, from: source.data });
    return {
      output: { from, artifacts: copied },
      commit: async (tx) => {
        // Processed again while it was copied, it would have given some of its old results and some of its new ones.
        const now = await tx.get(documents, { id: from });
        if (now?.data.status !== 'ready' || now.data.runId !== fromRun) throw gone(from);
        const target = await ownDocument(tx, documentId, ctx.runId);
        const { pages, documentType } = source.data;
        tx.put(
          documents,
          { id: documentId },
          { ...target, pages, documentType, redactedNames, updatedAt: ctx.clock.now() },
        );
      },
    };
  },
};

const gone = (id: string) =>
  new RectoError(
    'not_found',
    `The results of ${id} were erased or replaced meanwhile; the document is processed afresh.`,
  );

/** The count. Of a document that is being erased nothing is kept. */
async function copyArtifacts(ctx: StepContext, from: string, to: string): Promise<number> {
  const { objects, store } = ctx.ports;
  const prefix = `${to}/${ctx.runId}/reuse/${ctx.attempt}/`;
  let cursor: string | null = null;
  let count = 0;
  do {
    ctx.signal.throwIfAborted();
    const page: Awaited<ReturnType<typeof readPage>> = await readPage(ctx, from, cursor);
    const copies: Artifact[] = [];
    for (const { data } of page.records) {
      const key = prefix + data.name;
      const object = await objects.copy({
        from: { bucket: 'artifacts', key: data.key },
        to: { bucket: 'artifacts', key },
      });
      if (object === null) throw gone(from);
      copies.push({ ...data, documentId: to, key, runId: ctx.runId, createdAt: ctx.clock.now() });
    }
    try {
      await store.transaction((tx) => commitArtifacts(tx, copies));
    } catch (error) {
      if (error instanceof RectoError && error.code === 'not_found')
        await objects.deletePrefix({ bucket: 'artifacts', prefix });
      throw error;
    }
    count += copies.length;
    cursor = page.nextCursor;
  } while (cursor !== null);
  return count;
}

const readPage = (ctx: StepContext, documentId: string, cursor: string | null) =>
  ctx.ports.store.query(artifacts, {
    where: [{ field: 'documentId', op: '==', value: documentId }],
    orderBy: [{ field: 'name', direction: 'asc' }],
    limit: 200,
    cursor,
  });
