import { artifactId } from '../../domain/artifact-id.ts';
import { artifacts } from '../../domain/collections.ts';
import type { Document } from '../../domain/document.ts';
import { RectoError } from '../../domain/errors.ts';
import { namesFor } from '../../domain/redaction/names.ts';
import type { BucketName } from '../../ports/object-store.ts';
import type { UseCaseContext } from '../context.ts';
import { getDocument } from './get.ts';

/** Name under which the uploaded bytes themselves can be read. */
export const ORIGINAL = 'original';

/** What a step may have named one; anything else names nothing. */
const ARTIFACT_NAME = /^\w[\w.-]*(\/\w[\w.-]*)*$/;

export interface OpenedArtifact {
  /** The document's: what goes out redacted goes out under its redacted name, whoever asks. */
  filename: string;
  name: string;
  mediaType: string;
  size: number;
  sha256: string;
  /** The bytes, or the half-open range of them. */
  read(range?: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>>;
}

/**
 * An artifact, or the original. What the redaction policy takes out needs the scope `documents:original`: else `forbidden`.
 * `not_found` when the document or the artifact is not there (yet).
 */
export async function openArtifact(
  ctx: UseCaseContext,
  input: { documentId: string; name: string },
): Promise<OpenedArtifact> {
  const document = await getDocument(ctx, { id: input.documentId });
  const known = input.name.length <= 200 && ARTIFACT_NAME.test(input.name);
  const found = !known ? null : input.name === ORIGINAL ? original(document) : await artifact(ctx, input);
  if (found === null)
    throw new RectoError(
      'not_found',
      `The document ${document.id} has no artifact of this name; GET /v1/documents/${document.id}/artifacts lists what it has.`,
    );
  if (found.sensitive && !ctx.principal.scopes.includes('documents:original'))
    throw new RectoError('forbidden', 'This artifact is not redacted; it needs credentials with documents:original.', {
      details: { missingScopes: ['documents:original'] },
    });
  if (found.held && !ctx.principal.scopes.includes('redactions:review')) throw reviewRequired(document.id);
  const { bucket, key } = found;
  return {
    filename: found.sensitive ? document.filename : namesFor(document, 'shown').filename,
    name: input.name,
    mediaType: found.mediaType,
    size: found.size,
    sha256: found.sha256,
    async read(range) {
      const object = await ctx.ports.objects.get({ bucket, key, ...(range === undefined ? {} : { range }) });
      if (object === null) throw new RectoError('not_found', 'The bytes are gone: the document was erased meanwhile.');
      return object.body;
    },
  };
}

export const reviewRequired = (documentId: string): RectoError =>
  new RectoError(
    'review_required',
    `The policy wants a person to look at the redaction of ${documentId} first: somebody with redactions:review reads GET /v1/documents/${documentId}/redaction and decides by POST to …/redaction/review.`,
  );

interface Located {
  bucket: BucketName;
  key: string;
  mediaType: string;
  size: number;
  sha256: string;
  sensitive: boolean;
  held: boolean;
}

function original({ sourceKey, mediaType, size, sha256 }: Document): Located | null {
  if (sourceKey === null || size === null || sha256 === null) return null;
  const type = mediaType ?? 'application/octet-stream';
  return { bucket: 'documents', key: sourceKey, mediaType: type, size, sha256, sensitive: true, held: false };
}

async function artifact(ctx: UseCaseContext, input: { documentId: string; name: string }): Promise<Located | null> {
  const found = await ctx.ports.store.get(artifacts, { id: artifactId(input.documentId, input.name) });
  return found === null ? null : { bucket: 'artifacts', ...found.data };
}
