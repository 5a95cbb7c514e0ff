import { getCountries } from 'libphonenumber-js/min';
import { z } from 'zod';
import type { Artifact } from '../domain/document.ts';
import { RectoError } from '../domain/errors.ts';
import { extractionResultSchema } from '../domain/extraction-result.ts';
import { ocrResultSchema } from '../domain/page.ts';
import { applyToStructured } from '../domain/redaction/redact-structured.ts';
import type { VisualFind } from '../domain/redaction/visual.ts';
import { extractOutputSchema, ocrOutputSchema, type RedactOutput } from '../domain/step-outputs.ts';
import type { SingleStep, StepContext, StepInput } from '../engine/step.ts';
import { ownDocument, readText, writeArtifact } from './support/artifacts.ts';
import { INDEXED } from './support/indexed-artifacts.ts';
import { openReview } from './support/open-review.ts';
import { operatorKeys, privacyPolicy } from './support/privacy-policy.ts';
import { redactPdf } from './support/redact-pdf.ts';
import { type ReportedEntity, redactTexts } from './support/redact-texts.ts';
import { nameViews, redactedNames } from './support/redacted-names.ts';
import { commitRedaction, typesToReview, writeReport } from './support/redaction-results.ts';
import { viewsOf, type Work } from './support/redaction-work.ts';
import { verifyStructure } from './support/verify-redaction.ts';

const configSchema = z.object({
  policyId: z.string().optional(),
  /** Country of phone numbers without a country code. */
  region: z.enum(getCountries()).default('US'),
});

/**
 * Text, structure and PDF without what the policy takes out. Each is checked after it is made, and the step fails with
 * `redaction_unverified` rather than hand over what could not be checked. A page that was not read is blackened whole.
 */
export const redactStep: SingleStep = {
  kind: 'redact',
  pool: 'cpu',
  timeoutMs: 1_800_000,
  maxAttempts: 4,
  // Pictures in redacted pages are read; most pages have none.
  dependsOn: 'ocr',
  mayDoWithout: true,
  async run(ctx, input) {
    const work = await prepare(ctx, input);
    const text = await redactTexts(ctx, textsOf(work, 'text'));
    const fields = await redactFields(ctx, work, 'fields');
    const forIndex = await redactForIndex(ctx, work);
    const pdf = await redactPdf(ctx, work, input);
    const made = [text.artifact, fields, pdf?.artifact ?? null, ...(pdf?.images ?? []), ...forIndex].filter(
      (artifact) => artifact !== null,
    );
    const reported = [...text.reported, ...work.views.pdf.visuals.map(pictured)];
    const names = await redactedNames(ctx.ports, work.names, work.views);
    const types = typesToReview(Object.values(work.views), [...reported, ...names.found]);
    const report = await writeReport(ctx, work, {
      ...{ made, types, entities: reported, names: names.found, recording: null },
      ...{ pages: pdf?.pages ?? [], verification: pdf?.verification ?? null },
    });
    const held = types.length > 0 && !work.review.accepted;
    const written: Artifact[] = [...made.map((artifact) => ({ ...artifact, held })), report];
    const output: RedactOutput = {
      text: { key: text.artifact.key },
      fields: fields === null ? null : { key: fields.key },
      pdf: pdf === null ? null : { key: pdf.artifact.key },
      entities: text.counts,
      policy: { id: work.policy.id, version: work.policy.version },
    };
    return {
      output,
      partial: (pdf?.blackened ?? 0) > 0,
      commit: (tx) =>
        commitRedaction(tx, ctx, {
          ...{ documentId: work.documentId, written, held },
          redactedNames: names.redactedNames,
        }),
    };
  },
};

async function prepare(ctx: StepContext, input: StepInput): Promise<Work> {
  const { documentId } = input;
  if (documentId === null) throw new RectoError('invalid_request', 'A redact step needs a document.');
  const config = configSchema.parse(input.config);
  const policy = await privacyPolicy(ctx, config.policyId);
  const { ocr: ocrAt } = ocrOutputSchema.parse(input.outputs.ocr);
  const extracted = input.outputs.extract === undefined ? null : extractOutputSchema.parse(input.outputs.extract);
  const ocr = ocrResultSchema.parse(JSON.parse(await readText(ctx.ports, ocrAt.key)));
  const fields =
    extracted === null
      ? null
      : extractionResultSchema.parse(JSON.parse(await readText(ctx.ports, extracted.fields.key)));
  const review = await openReview(ctx, documentId);
  const document = await ownDocument(ctx.ports.store, documentId, ctx.runId);
  const { filename, metadata, mediaType, sha256 } = document;
  const names = { filename, metadata, mediaType };
  const views = await nameViews(viewsOf(ctx, { policy, review, ocr, fields, region: config.region, names }));
  const failed = new Set(ocr.failedPages.map((page) => page.number));
  const pages = new Map(ocr.pages.filter((page) => !failed.has(page.number)).map((page) => [page.number, page]));
  const pictured = mediaType?.startsWith('image/') ?? false;
  return { documentId, sha256, pictured, ocr, fields, policy, review, views, names, pages };
}

/** What search shows, where the policy has rules of its own for it; it may hold more than the redacted artifacts. */
async function redactForIndex(ctx: StepContext, work: Work): Promise<Artifact[]> {
  const { text, fields, index } = work.views;
  const made: Artifact[] = [];
  if (index !== text) made.push((await redactTexts(ctx, textsOf(work, 'index'))).artifact);
  const structure = index === fields ? null : await redactFields(ctx, work, 'index');
  return structure === null ? made : [...made, structure];
}

const textsOf = ({ documentId, ocr, pages, views }: Work, form: 'text' | 'index') => ({
  ...{ documentId, pages, form },
  total: ocr.account.total,
  view: views[form],
});

/** A find of a picture in the report: it has a place and no text. */
const pictured = ({ box, ...find }: VisualFind): ReportedEntity => ({ ...find, start: 0, end: 0, boxes: [box] });

async function redactFields(ctx: StepContext, work: Work, form: 'fields' | 'index'): Promise<Artifact | null> {
  const { documentId, fields } = work;
  const { policy, redactor } = work.views[form];
  if (fields === null) return null;
  const { find, values, findAgain } = redactor;
  const keys = operatorKeys(ctx.ports);
  const redacted = await applyToStructured(fields, { policy, find, keys, values, findAgain });
  const told = redacted.fields.map(({ raw, value }) => [raw, value]);
  verifyStructure('structure', [told, redacted.tables.map(({ rows, columns }) => [rows, columns])], values);
  return writeArtifact(ctx, {
    documentId,
    name: form === 'fields' ? 'redacted.json' : INDEXED.fields,
    mediaType: 'application/json',
    body: JSON.stringify(redacted),
    sensitive: form === 'index',
  });
}
