import { RectoError } from '../../domain/errors.ts';
import type { UseCaseContext } from '../context.ts';
import { openArtifact } from './open-artifact.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * A JSON artifact of a document, whole. Errors: those of `openArtifact`; `limit_exceeded` above 64 MiB, whose message `advice`
 * ends.
 */
export async function artifactJson(
  ctx: UseCaseContext,
  input: { documentId: string; name: string; advice: string },
): Promise<unknown> {
  const { documentId, name, advice } = input;
  const artifact = await openArtifact(ctx, { documentId, name });
  if (artifact.size > MAX_BYTES)
    throw new RectoError(
      'limit_exceeded',
      `${name} has ${artifact.size} bytes, too many to be read at once; ${advice}.`,
    );
  const parts: Uint8Array[] = [];
  for await (const part of await artifact.read()) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}
