import { documents } from '../../domain/collections.ts';
import type { Artifact } from '../../domain/document.ts';
import type { RedactedNames } from '../../domain/redaction/names.ts';
import type { RedactionReport } from '../../domain/redaction/report.ts';
import type { StepContext } from '../../engine/step.ts';
import type { Transaction } from '../../ports/document-store.ts';
import { commitArtifacts, ownDocument, writeArtifact } from './artifacts.ts';
import type { View, Work } from './redaction-work.ts';

export const REPORT = 'entities.json';

/** Types found in the document that its policy wants a person to look at. */
export function typesToReview(views: readonly Pick<View, 'policy'>[], reported: readonly { type: string }[]): string[] {
  const reviewed = new Set(views.flatMap((view) => view.policy.reviewed));
  return [...new Set(reported.map(({ type }) => type))].filter((type) => reviewed.has(type)).sort();
}

/** Writes down what went and how that was checked. */
export function writeReport(
  ctx: StepContext,
  { documentId, sha256, policy, review }: Pick<Work, 'documentId' | 'sha256' | 'policy' | 'review'>,
  {
    made,
    types,
    ...told
  }: Pick<RedactionReport, 'entities' | 'names' | 'pages' | 'verification' | 'recording'> & {
    made: readonly Artifact[];
    /** That a person has to look at. */
    types: string[];
  },
): Promise<Artifact> {
  const report: RedactionReport = {
    policy: { id: policy.id, version: policy.version },
    input: { sha256 },
    outputs: made.map(({ name, sha256: digest, size }) => ({ name, sha256: digest, size })),
    ...told,
    review: { types, done: review.accepted },
  };
  return writeArtifact(ctx, {
    documentId,
    name: REPORT,
    mediaType: 'application/json',
    body: JSON.stringify(report),
    sensitive: true,
  });
}

/** Makes artifacts and names the document's. What a person has yet to look at (`held`) is not told in names either. */
export async function commitRedaction(
  tx: Transaction,
  { runId, clock }: Pick<StepContext, 'runId' | 'clock'>,
  done: { documentId: string; written: readonly Artifact[]; held: boolean; redactedNames: RedactedNames },
): Promise<void> {
  const { documentId, written, held } = done;
  const document = await ownDocument(tx, documentId, runId);
  await commitArtifacts(tx, written);
  const redactedNames = held ? null : done.redactedNames;
  tx.put(documents, { id: documentId }, { ...document, redactedNames, updatedAt: clock.now() });
}
