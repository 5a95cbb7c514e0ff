import { documents } from '#shared/domain/collections.ts';
import { type Document, documentSchema } from '#shared/domain/document.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';

/** Stores a PDF document that is being processed, unless told otherwise, and returns it. */
export async function putDocument(
  store: DocumentStore,
  over: Pick<Document, 'id'> & Partial<Document>,
): Promise<Document> {
  const document = documentSchema.parse({
    filename: 'notes.pdf',
    mediaType: 'application/pdf',
    size: 1,
    sha256: null,
    status: 'processing',
    sourceKey: null,
    source: 'api',
    runId: null,
    batchId: null,
    reusedFrom: null,
    documentType: null,
    pages: null,
    error: null,
    metadata: {},
    createdAt: 0,
    updatedAt: 0,
    ...over,
  });
  await store.put(documents, { id: document.id }, document);
  return document;
}
