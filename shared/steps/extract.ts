import { documents, fieldDefinitions, templates } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import type { CustomExtraction } from '../domain/extraction/custom.ts';
import { extract } from '../domain/extraction/extract.ts';
import { ocrResultSchema } from '../domain/page.ts';
import { type ExtractOutput, ocrOutputSchema } from '../domain/step-outputs.ts';
import type { SingleStep } from '../engine/step.ts';
import type { TenantPorts } from '../ports/platform.ts';
import { commitArtifacts, ownDocument, readText, writeArtifact } from './support/artifacts.ts';

/** Type, fields and tables of what was read, by the catalogue and the tenant's own fields and templates. */
export const extractStep: SingleStep = {
  kind: 'extract',
  pool: 'cpu',
  timeoutMs: 300_000,
  maxAttempts: 3,
  async run(ctx, input) {
    const { documentId } = input;
    if (documentId === null) throw new RectoError('invalid_request', 'An extract step needs a document.');
    const { ocr } = ocrOutputSchema.parse(input.outputs.ocr);
    const [text, custom] = await Promise.all([readText(ctx.ports, ocr.key), customExtraction(ctx.ports)]);
    ctx.signal.throwIfAborted();
    const result = extract(ocrResultSchema.parse(JSON.parse(text)).pages, custom);
    ctx.signal.throwIfAborted();
    const artifact = await writeArtifact(ctx, {
      documentId,
      name: 'fields.json',
      mediaType: 'application/json',
      body: JSON.stringify(result),
      sensitive: true,
    });
    const output: ExtractOutput = {
      fields: { key: artifact.key },
      documentType: result.documentType.name,
      fieldCount: result.fields.length,
      rowCount: result.account.rows,
    };
    return {
      output,
      commit: async (tx) => {
        const document = await ownDocument(tx, documentId, ctx.runId);
        await commitArtifacts(tx, [artifact]);
        tx.put(
          documents,
          { id: documentId },
          { ...document, documentType: result.documentType.name, updatedAt: ctx.clock.now() },
        );
      },
    };
  },
};

/** All of a tenant's definitions; their number is bounded where they are made. */
async function customExtraction({ store }: TenantPorts): Promise<CustomExtraction> {
  const [fields, own] = await Promise.all([
    store.query(fieldDefinitions, { limit: 1000 }),
    store.query(templates, { limit: 1000 }),
  ]);
  return {
    fields: fields.records.map((record) => record.data),
    templates: own.records.map((record) => record.data),
  };
}
