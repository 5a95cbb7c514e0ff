import { artifactId } from '../domain/artifact-id.ts';
import { artifacts, documents } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import type { SingleStep, StepContext } from '../engine/step.ts';

/** Gives a document the artifacts of another one with the same bytes and configuration. Fails when those are gone. */
export const reuseStep: SingleStep = {
  kind: 'reuse',
  pool: 'cpu',
  timeoutMs: 120_000,
  maxAttempts: 3,
  async run(ctx, input) {
    const from = input.run.reuseFrom;
    const documentId = input.documentId;
    if (typeof from !== 'string' || documentId === null)
      throw new RectoError('invalid_request', 'A reuse step needs a document and the one to take over from.');
    const source = await ctx.ports.store.get(documents, { id: from });
    if (source === null || source.data.status !== 'ready') throw gone(from);
    const copied = await copyArtifacts(ctx, from, documentId);
    if (copied === 0) throw gone(from);
    return {
      output: { from, artifacts: copied },
      commit: async (tx) => {
        const target = await tx.get(documents, { id: documentId });
        if (target === null) return;
        tx.put(
          documents,
          { id: documentId },
          {
            ...target.data,
            pages: source.data.pages,
            documentType: source.data.documentType,
            updatedAt: ctx.clock.now(),
          },
        );
      },
    };
  },
};

const gone = (id: string) =>
  new RectoError('not_found', `The results of ${id} were erased meanwhile; the document is processed afresh.`);

async function copyArtifacts(ctx: StepContext, from: string, to: string): Promise<number> {
  let cursor: string | null = null;
  let count = 0;
  do {
    ctx.signal.throwIfAborted();
    const page: Awaited<ReturnType<typeof readPage>> = await readPage(ctx, from, cursor);
    for (const { data } of page.records) {
      const key = `${to}/${ctx.runId}/reuse/${ctx.attempt}/${data.name}`;
      const object = await ctx.ports.objects.copy({
        from: { bucket: 'artifacts', key: data.key },
        to: { bucket: 'artifacts', key },
      });
      if (object === null) throw gone(from);
      await ctx.ports.store.put(
        artifacts,
        { id: artifactId(to, data.name) },
        { ...data, documentId: to, key, runId: ctx.runId, createdAt: ctx.clock.now() },
      );
      count += 1;
    }
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
