import { documents, results, webhooks } from '../../domain/collections.ts';
import type { Document } from '../../domain/document.ts';
import { documentEvent } from '../../domain/events/document-event.ts';
import { newId } from '../../domain/ids.ts';
import { policyRefSchema } from '../../domain/policy.ts';
import type { ErrorRecord, Run } from '../../domain/run.ts';
import { redactedBySchema } from '../../domain/step-outputs.ts';
import { makesResults, notify, processesDocument, reuseResult, workflowFor } from '../../domain/workflows.ts';
import type { RunEndHook } from '../../engine/step.ts';
import { resultKey } from '../documents/result-key.ts';
import { recordUsage } from '../usage/record.ts';
import { resultTtlMs } from './result-ttl.ts';

const DOCUMENT_STATUS = { succeeded: 'ready', partial: 'partial', failed: 'failed', cancelled: 'failed' } as const;

/** A document without a result says why, though nothing went wrong. */
const CANCELLED: ErrorRecord = {
  code: 'cancelled',
  message: 'The run was cancelled before its end. Retry the run or process the document again.',
  class: 'permanent',
};

/** What the end of a document's run means for the document; commits with the run's own end. */
export const onRunEnd: RunEndHook = async (tx, { run, tenantId, now, enqueueRun }) => {
  if (run.documentId === null || !processesDocument(run.workflow)) return;
  if (run.status !== 'succeeded' && run.status !== 'partial' && run.status !== 'failed' && run.status !== 'cancelled')
    return;
  const found = await tx.get(documents, { id: run.documentId });
  // Erased meanwhile, or a newer run has taken over.
  if (found === null || found.data.status === 'erasing' || found.data.runId !== run.id) return;

  if (run.workflow.id === reuseResult.id && run.status === 'failed') {
    const fresh = newId('run', now);
    enqueueRun({
      runId: fresh,
      workflow: workflowFor(found.data.mediaType),
      input: run.input,
      documentId: run.documentId,
      batchId: run.batchId,
      priority: run.priority,
      origin: run.origin,
    });
    tx.put(documents, { id: run.documentId }, { ...found.data, runId: fresh, reusedFrom: null, updatedAt: now });
    return;
  }

  const document: Document = {
    ...found.data,
    status: DOCUMENT_STATUS[run.status],
    pages: pageAccount(run) ?? found.data.pages,
    error: run.status === 'cancelled' ? CANCELLED : run.error,
    updatedAt: now,
  };
  tx.put(documents, { id: document.id }, document);
  await recordUsage(tx, {
    runId: run.id,
    documentId: document.id,
    pages: document.pages?.total ?? 0,
    ocrPages: run.workflow.id === reuseResult.id ? 0 : (document.pages?.ocr ?? 0),
    bytes: document.size ?? 0,
    at: now,
  });

  const { configRevision } = run.input;
  const ttlMs = await resultTtlMs(tx, tenantId);
  if (
    run.status === 'succeeded' &&
    makesResults(run.workflow) &&
    typeof configRevision === 'string' &&
    document.sha256 !== null &&
    document.mediaType !== null &&
    ttlMs > 0 &&
    run.input.passwordSecret === null &&
    redactedAsMeant(run)
  ) {
    const { sha256 } = document;
    tx.put(
      results,
      { id: resultKey(sha256, document.mediaType, configRevision) },
      { documentId: document.id, runId: run.id, sha256, configRevision, createdAt: now, expiresAt: now + ttlMs },
    );
  }

  const endpoints = await tx.query(webhooks, { limit: 100 });
  if (endpoints.some((endpoint) => endpoint.data.enabled)) {
    const event = documentEvent({ run, document, tenantId, now });
    enqueueRun({
      runId: newId('run', now),
      workflow: notify,
      input: { event },
      documentId: document.id,
      batchId: null,
      priority: run.priority,
      origin: { kind: 'system', requestId: run.origin.requestId, by: null },
    });
  }
};

/** The version of the policy that the key speaks of is the one that applied when the step redacted. */
function redactedAsMeant({ input, steps }: Run): boolean {
  const meant = policyRefSchema.safeParse(input.policy).data;
  const made = redactedBySchema.safeParse(steps.redact?.output).data?.policy;
  return meant !== undefined && made !== undefined && made.id === meant.id && made.version === meant.version;
}

function pageAccount(run: Run): Document['pages'] {
  const output = run.steps.ocr?.output;
  if (output === null || typeof output !== 'object' || Array.isArray(output)) return null;
  const account = output.account;
  if (account === null || typeof account !== 'object' || Array.isArray(account)) return null;
  const count = (name: string): number => (typeof account?.[name] === 'number' ? account[name] : 0);
  return { total: count('total'), ocr: count('ocr'), textLayer: count('textLayer'), failed: count('failed') };
}
