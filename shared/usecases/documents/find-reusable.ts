import { documents, redactionReviews, results } from '../../domain/collections.ts';
import type { ReusableResult } from '../../domain/records.ts';
import type { DocumentStore } from '../../ports/document-store.ts';

/**
 * A finished result for the key whose document still stands as that run left it; null otherwise: a later run may have redacted
 * it by another version of the policy. What a person decided about one document is not decided about another with the same bytes.
 */
export async function findReusable(store: DocumentStore, key: string): Promise<ReusableResult | null> {
  const result = await store.get(results, { id: key });
  if (result === null) return null;
  const source = await store.get(documents, { id: result.data.documentId });
  const reviewed = await store.get(redactionReviews, { id: result.data.documentId });
  return reviewed === null &&
    source !== null &&
    source.data.status === 'ready' &&
    source.data.runId === result.data.runId &&
    source.data.sha256 === result.data.sha256
    ? result.data
    : null;
}
