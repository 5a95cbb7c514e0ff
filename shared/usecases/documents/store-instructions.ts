import type { RecordingInstructions } from '../../domain/redaction/media.ts';
import { instructionsKey } from '../../steps/support/recording-instructions.ts';
import type { UseCaseContext } from '../context.ts';

/** Keeps what came with a recording until the recording is erased. The same document id again: replaced. */
export async function storeInstructions(
  { ports }: UseCaseContext,
  documentId: string,
  instructions: RecordingInstructions,
): Promise<void> {
  await ports.objects.put({
    bucket: 'artifacts',
    key: instructionsKey(documentId),
    mediaType: 'application/json',
    body: new TextEncoder().encode(JSON.stringify(instructions)),
  });
}

export async function discardInstructions({ ports }: UseCaseContext, documentId: string): Promise<void> {
  await ports.objects.delete({ bucket: 'artifacts', key: instructionsKey(documentId) });
}
