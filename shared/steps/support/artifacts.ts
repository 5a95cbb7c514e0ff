import { artifactId } from '../../domain/artifact-id.ts';
import { artifacts } from '../../domain/collections.ts';
import type { Artifact } from '../../domain/document.ts';
import { RectoError } from '../../domain/errors.ts';
import type { StepContext } from '../../engine/step.ts';
import type { ByteSource } from '../../ports/converter.ts';
import type { Transaction } from '../../ports/document-store.ts';
import type { TenantPorts } from '../../ports/platform.ts';

/**
 * Writes an artifact's bytes under a key of this attempt alone, so that a worker that lost its lease never overwrites the
 * winner's. It becomes the document's artifact when the step's transaction commits the returned record.
 */
export async function writeArtifact(
  ctx: StepContext,
  params: {
    documentId: string;
    name: string;
    mediaType: string;
    body: AsyncIterable<Uint8Array> | Uint8Array | string;
    sensitive: boolean;
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
  return {
    documentId: params.documentId,
    name: params.name,
    key,
    mediaType: params.mediaType,
    size: info.size,
    sha256: info.sha256,
    runId: ctx.runId,
    sensitive: params.sensitive,
    createdAt: ctx.clock.now(),
  };
}

/** Makes the artifacts the document's, replacing those of the same names. At most 450 in one transaction. */
export function commitArtifacts(tx: Transaction, written: readonly Artifact[]): void {
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
