import { extract } from '#shared/domain/extraction/extract.ts';
import { pageOf } from '#shared/domain/extraction/page-of.fixture.ts';
import type { Json } from '#shared/domain/json.ts';
import { type OcrResult, pageText } from '#shared/domain/page.ts';
import type { StepContext } from '#shared/engine/step.ts';
import { redactStep } from '#shared/steps/redact.ts';
import { commitArtifacts, writeArtifact } from '#shared/steps/support/artifacts.ts';
import type { UseCaseFixture } from './use-case-fixture.ts';

/**
 * What the steps before leave of a document with these lines on its one page, without a PDF; then the step `redact`. Its
 * output. The document is there, and the run is its own.
 */
export async function redactLines(
  fixture: UseCaseFixture,
  params: { documentId: string; runId: string; lines: readonly string[]; policyId?: string } & Partial<
    Pick<StepContext, 'clock' | 'ports'>
  >,
): Promise<Json> {
  const { documentId, runId, lines, policyId, ...over } = params;
  const ctx = fixture.stepContext({ ...over, runId, stepId: 'before' });
  const page = pageOf(lines);
  const account = { total: 1, ocr: 0, textLayer: 1, failed: 0 };
  const ocr: OcrResult = { engine: 'none', model: null, pages: [page], account, failedPages: [] };
  const fields = extract([page]);
  const write = (name: string, body: string) =>
    writeArtifact(ctx, { documentId, name, mediaType: 'application/json', body, sensitive: true });
  const [read, text, found] = [
    await write('ocr.json', JSON.stringify(ocr)),
    await write('text', pageText(page)),
    await write('fields.json', JSON.stringify(fields)),
  ];
  const { output, commit } = await redactStep.run(fixture.stepContext({ ...over, runId, stepId: 'redact' }), {
    ...{ run: {}, documentId, config: policyId === undefined ? {} : { policyId } },
    outputs: {
      ocr: { ocr: { key: read.key }, text: { key: text.key }, account },
      extract: { fields: { key: found.key }, documentType: fields.documentType.name, fieldCount: 1, rowCount: 0 },
    },
  });
  await fixture.ctx.ports.store.transaction(async (tx) => {
    await commitArtifacts(tx, [read, text, found]);
    await commit?.(tx);
  });
  return output;
}
