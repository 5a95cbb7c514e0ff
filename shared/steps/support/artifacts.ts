import { artifactId } from '../../domain/artifact-id.ts';
import { artifacts, documents } from '../../domain/collections.ts';
import type { Artifact, Document } from '../../domain/document.ts';
import { RectoError } from '../../domain/errors.ts';
import type { StepContext } from '../../engine/step.ts';
import type { ByteSource } from '../../ports/converter.ts';
import type { Transaction } from '../../ports/document-store.ts';
import type { TenantPorts } from '../../ports/platform.ts';

/**
 * Writes an artifact's bytes under a key of this attempt alone, so that a worker that lost its lease never overwrites the
 * winner's. It becomes the document's artifact when the step's transaction commits the returned record. Of a document that
 * is being erased nothing is kept: `not_found`.
 */
export async function writeArtifact(
  ctx: StepContext,
  params: {
    documentId: string;
    name: string;
    mediaType: string;
    body: AsyncIterable<Uint8Array> | Uint8Array | string;
    sensitive: boolean;
    /** Whether a person has to look at it before it is handed out. */
    held?: boolean;
    /** Index of the fan-out part, if any. */
    part?: number;
  },
): Promise<Artifact> {
  const unit = params.part === undefined ? ctx.stepId : `${ctx.stepId}.${params.part}`;
  const key = `${params.documentId}/${ctx.runId}/${unit}/${ctx.attempt}/${params.name}`;
  const body = typeof params.body === 'string' ? new TextEncoder().encode(params.body) : params.body;
  const info = await ctx.ports.objects.put({
    bucket: 'artifacts',
    key,
    body,
    mediaType: params.mediaType,
    signal: ctx.signal,
  });
  // Looked at after the bytes: whoever marked the document before this sees to them itself, whoever does so later finds them.
  const owner = await ctx.ports.store.get(documents, { id: params.documentId });
  if (owner === null || owner.data.status === 'erasing') {
    await ctx.ports.objects.delete({ bucket: 'artifacts', key });
    throw erased(params.documentId);
  }
  return {
    documentId: params.documentId,
    name: params.name,
    key,
    mediaType: params.mediaType,
    size: info.size,
    sha256: info.sha256,
    runId: ctx.runId,
    sensitive: params.sensitive,
    held: params.held ?? false,
    createdAt: ctx.clock.now(),
  };
}

const erased = (documentId: string): RectoError =>
  new RectoError('not_found', `The document ${documentId} was erased meanwhile.`);

/**
 * The document, as long as this run may write to it. Errors: `not_found` once it is being erased; `conflict` when a newer run
 * has taken it over, whose results an old run that was taken up again must not replace.
 */
export async function ownDocument(
  store: Pick<Transaction, 'get'>,
  documentId: string,
  runId: string,
): Promise<Document> {
  const found = await store.get(documents, { id: documentId });
  if (found === null || found.data.status === 'erasing') throw erased(documentId);
  if (found.data.runId !== null && found.data.runId !== runId)
    throw new RectoError(
      'conflict',
      `The document ${documentId} has been taken over by run ${found.data.runId}; results of run ${runId} are out of date.`,
    );
  return found.data;
}

/**
 * Makes the artifacts the document's, replacing those of the same names. At most 450 in one transaction.
 * Errors: those of `ownDocument`.
 */
export async function commitArtifacts(tx: Transaction, written: readonly Artifact[]): Promise<void> {
  for (const { documentId, runId } of new Map(written.map((one) => [`${one.documentId} ${one.runId}`, one])).values())
    await ownDocument(tx, documentId, runId);
  for (const artifact of written) tx.put(artifacts, { id: artifactId(artifact.documentId, artifact.name) }, artifact);
}

/** The bytes of a small artifact (JSON, text). Stops above `maxBytes` with `limit_exceeded`. */
export async function readObject(ports: TenantPorts, key: string, maxBytes = 256 * 1024 * 1024): Promise<Uint8Array> {
  const found = await ports.objects.get({ bucket: 'artifacts', key });
  if (found === null)
    throw new RectoError('not_found', `The artifact ${key} is gone; the document was probably erased meanwhile.`);
  if (found.info.size > maxBytes)
    throw new RectoError(
      'limit_exceeded',
      `The artifact ${key} has ${found.info.size} bytes; at most ${maxBytes} are read at once.`,
    );
  const bytes = new Uint8Array(found.info.size);
  let offset = 0;
  for await (const chunk of found.body) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

export async function readText(ports: TenantPorts, key: string): Promise<string> {
  return new TextDecoder().decode(await readObject(ports, key));
}

/** An object as a source that can be opened again. */
export async function byteSource(
  ports: TenantPorts,
  bucket: 'documents' | 'artifacts',
  key: string,
): Promise<ByteSource> {
  const info = await ports.objects.head({ bucket, key });
  if (info === null)
    throw new RectoError('not_found', `The object ${key} is gone; the document was probably erased meanwhile.`);
  return {
    size: info.size,
    open: async (range) => {
      const found = await ports.objects.get({ bucket, key, ...(range === undefined ? {} : { range }) });
      if (found === null)
        throw new RectoError('not_found', `The object ${key} is gone; the document was probably erased meanwhile.`);
      return found.body;
    },
  };
}
