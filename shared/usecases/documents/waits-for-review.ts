import { artifactId } from '../../domain/artifact-id.ts';
import { artifacts } from '../../domain/collections.ts';
import { REDACTED_RECORDINGS } from '../../domain/recording-types.ts';
import type { DocumentStore, Transaction } from '../../ports/document-store.ts';

/** Where anything of a document is held back, one of these is. */
const HELD_FIRST = ['redacted.txt', ...Object.values(REDACTED_RECORDINGS)];

/** Whether a person has yet to look at what was made of the document. */
export async function waitsForReview(
  store: Pick<DocumentStore, 'get'> | Pick<Transaction, 'get'>,
  documentId: string,
): Promise<boolean> {
  const found = await Promise.all(HELD_FIRST.map((name) => store.get(artifacts, { id: artifactId(documentId, name) })));
  return found.some((artifact) => artifact?.data.held === true);
}
