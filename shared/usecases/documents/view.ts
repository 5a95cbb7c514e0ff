import type { z } from 'zod';
import { type Artifact, artifactSchema, type Document, documentSchema } from '../../domain/document.ts';
import { namesFor } from '../../domain/redaction/names.ts';
import type { UseCaseContext } from '../context.ts';

/** A document as its tenant sees it: without where its bytes are kept. */
export const documentViewSchema = documentSchema.omit({ sourceKey: true, redactedNames: true });
export type DocumentView = z.infer<typeof documentViewSchema>;

/** File name and metadata as they came for whoever may see originals; for others as the policy leaves them. */
export function documentView({ principal }: Pick<UseCaseContext, 'principal'>, document: Document): DocumentView {
  const { sourceKey: _sourceKey, redactedNames: _redactedNames, ...view } = document;
  return principal.scopes.includes('documents:original') ? view : { ...view, ...namesFor(document, 'shown') };
}

export const artifactViewSchema = artifactSchema.omit({ key: true });
export type ArtifactView = z.infer<typeof artifactViewSchema>;

export function artifactView(artifact: Artifact): ArtifactView {
  const { key: _key, ...view } = artifact;
  return view;
}
