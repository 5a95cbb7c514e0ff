import { documents, runs } from '../../domain/collections.ts';
import { deterministicId } from '../../domain/deterministic-id.ts';
import type { Document } from '../../domain/document.ts';
import { RectoError } from '../../domain/errors.ts';
import { neutralFilename } from '../../domain/redaction/names.ts';
import type { Run } from '../../domain/run.ts';
import { workflowFor } from '../../domain/workflows.ts';
import type { UseCaseContext } from '../context.ts';
import { loadTenant } from '../tenants/load.ts';
import { configurationOf } from './configuration-revision.ts';
import { passwordSecretName } from './ingest.ts';

/**
 * Runs the steps again over a document's bytes, never reusing finished results. The same `cause` starts one run only.
 * Errors: `not_found`; `conflict` while a run of the document is under way or its bytes have not arrived.
 */
export async function reprocessDocument(
  ctx: UseCaseContext,
  input: { documentId: string; cause: readonly string[]; origin: 'api' | 'schedule' },
): Promise<{ document: Document; run: Run }> {
  const now = ctx.platform.clock.now();
  const tenant = await loadTenant(ctx.ports);
  const known = await ctx.ports.store.get(documents, { id: input.documentId });
  const { revision, policy } = await configurationOf(ctx.ports, tenant, now, {
    documentId: input.documentId,
    mediaType: known?.data.mediaType ?? null,
  });
  const secret = passwordSecretName(input.documentId);
  const passwordSecret = (await ctx.ports.secrets.get(secret)) === null ? null : secret;
  const runId = deterministicId(
    'run',
    Date.parse(input.cause[1] ?? '') || now,
    ctx.ports.tenantId,
    input.documentId,
    ...input.cause,
  );
  const started = await ctx.ports.store.transaction(async (tx) => {
    const [found, existing] = [await tx.get(documents, { id: input.documentId }), await tx.get(runs, { id: runId })];
    if (found === null) throw new RectoError('not_found', `There is no document ${input.documentId}.`);
    if (existing !== null) return { document: found.data, run: existing.data };
    const { sourceKey, mediaType, status } = found.data;
    if (sourceKey === null || mediaType === null || status === 'processing' || status === 'erasing') {
      throw new RectoError(
        'conflict',
        `The document ${input.documentId} is ${status}; wait until it has been processed.`,
      );
    }
    const document: Document = { ...found.data, status: 'processing', runId, error: null, updatedAt: now };
    tx.put(documents, { id: document.id }, document);
    const run = ctx.engine.enqueueRun(tx, {
      runId,
      workflow: workflowFor(mediaType),
      input: {
        documentId: document.id,
        sourceKey,
        mediaType,
        filename: neutralFilename(found.data),
        passwordSecret,
        configRevision: revision,
        policy: { ...policy },
        reuseFrom: null,
      },
      documentId: document.id,
      batchId: document.batchId,
      origin: { kind: input.origin, requestId: ctx.requestId, by: ctx.principal.id },
    });
    return { document, run };
  });
  ctx.engine.kick();
  return started;
}
