import type { z } from 'zod';
import { type Artifact, artifactSchema, type Document, documentSchema } from '../../domain/document.ts';

/** A document as its tenant sees it: without where its bytes are kept. */
export const documentViewSchema = documentSchema.omit({ sourceKey: true });
export type DocumentView = z.infer<typeof documentViewSchema>;

export function documentView(document: Document): DocumentView {
  const { sourceKey: _sourceKey, ...view } = document;
  return view;
}

export const artifactViewSchema = artifactSchema.omit({ key: true });
export type ArtifactView = z.infer<typeof artifactViewSchema>;

export function artifactView(artifact: Artifact): ArtifactView {
  const { key: _key, ...view } = artifact;
  return view;
}
