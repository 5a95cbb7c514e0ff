import { documents, results } from '../../domain/collections.ts';
import type { ReusableResult } from '../../domain/records.ts';
import type { DocumentStore } from '../../ports/document-store.ts';

/** A finished result for the key whose document still stands; null otherwise. */
export async function findReusable(store: DocumentStore, key: string): Promise<ReusableResult | null> {
  const result = await store.get(results, { id: key });
  if (result === null) return null;
  const source = await store.get(documents, { id: result.data.documentId });
  return source !== null && source.data.status === 'ready' && source.data.sha256 === result.data.sha256
    ? result.data
    : null;
}
