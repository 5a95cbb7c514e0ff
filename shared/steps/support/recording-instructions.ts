import { type RecordingInstructions, recordingInstructionsSchema } from '../../domain/redaction/media.ts';
import type { TenantPorts } from '../../ports/platform.ts';

/** What came with a recording, in the artifacts bucket: below the document's prefix, so that it is erased with the rest. */
export const instructionsKey = (documentId: string): string => `${documentId}/recording.json`;

/** Digest of what came with a recording; null where nothing did. */
export async function instructionsDigest(
  { objects }: Pick<TenantPorts, 'objects'>,
  documentId: string,
): Promise<string | null> {
  return (await objects.head({ bucket: 'artifacts', key: instructionsKey(documentId) }))?.sha256 ?? null;
}

/** What came with a recording; nothing, where nothing did. */
export async function readInstructions(
  { objects }: Pick<TenantPorts, 'objects'>,
  documentId: string,
): Promise<RecordingInstructions> {
  const found = await objects.get({ bucket: 'artifacts', key: instructionsKey(documentId) });
  if (found === null) return recordingInstructionsSchema.parse({});
  const parts: Uint8Array[] = [];
  for await (const part of found.body) parts.push(part);
  return recordingInstructionsSchema.parse(JSON.parse(Buffer.concat(parts).toString('utf8')));
}
