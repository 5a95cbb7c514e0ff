import { z } from 'zod';
import { documents, redactionReviews } from '../../domain/collections.ts';
import type { Document } from '../../domain/document.ts';
import { RectoError } from '../../domain/errors.ts';
import { boxSchema } from '../../domain/page.ts';
import { mediaRulesSchema } from '../../domain/redaction/media.ts';
import { buildPageText } from '../../domain/redaction/page-text.ts';
import { type RedactionReport, redactionReportSchema } from '../../domain/redaction/report.ts';
import { REVIEW_PURPOSE, type RedactionReview } from '../../domain/redaction/review.ts';
import type { Run } from '../../domain/run.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';
import { artifactJson } from './artifact-json.ts';
import { pagesAsRead } from './pages-as-read.ts';
import { reprocessDocument } from './reprocess.ts';

const MAX_DECISIONS = 1000;
const ADVICE = 'split the document';

export const reviewRedactionSchema = z.strictObject({
  /** Finds that are none: their values stay, wherever they are printed in the document. As the report gives them. */
  reject: z
    .array(
      z.strictObject({ page: z.number().int().min(1), start: z.number().int().min(0), end: z.number().int().min(1) }),
    )
    .max(MAX_DECISIONS)
    .default([]),
  /** Places that have to go as well, in pixels of the page image. */
  add: z
    .array(
      z.strictObject({ page: z.number().int().min(1), box: boxSchema, type: z.string().max(60).default('DENIED') }),
    )
    .max(MAX_DECISIONS)
    .default([]),
  /** Of a recording: stretches of sound and regions of the picture that have to go as well. */
  ...mediaRulesSchema.shape,
  /** Whether the result may be handed out as it then is. */
  accept: z.boolean(),
});
export type ReviewRedaction = z.infer<typeof reviewRedactionSchema>;

/** The report of a document's redaction. Errors: `not_found`, also while there is none yet. */
export async function getRedaction(ctx: UseCaseContext, input: { documentId: string }): Promise<RedactionReport> {
  return redactionReportSchema.parse(await artifactJson(ctx, { ...input, name: 'entities.json', advice: ADVICE }));
}

/**
 * Takes a person's decisions, which add to those made before, and processes the document again by them. Errors: `not_found`,
 * `invalid_request` for a find that the report does not have or a place that the document has none of, `conflict` while the document is being processed.
 */
export async function reviewRedaction(
  ctx: UseCaseContext,
  input: { documentId: string } & ReviewRedaction,
): Promise<{ document: Document; run: Run }> {
  const { documentId, reject, add, sounds, regions, accept } = input;
  const report = await getRedaction(ctx, { documentId });
  checkPlaces(report, input);
  const values = reject.length === 0 ? [] : await valuesOf(ctx, documentId, report, reject);
  const sealed = await Promise.all(
    values.map(async (value) =>
      Buffer.from(await ctx.ports.keys.encrypt(REVIEW_PURPOSE, new TextEncoder().encode(value))).toString('base64'),
    ),
  );
  const now = ctx.platform.clock.now();
  await ctx.ports.store.transaction(async (tx) => {
    const before = (await tx.get(redactionReviews, { id: documentId }))?.data;
    const document = await tx.get(documents, { id: documentId });
    if (document === null || document.data.status === 'erasing')
      throw new RectoError('not_found', `The document ${documentId} was erased meanwhile.`);
    const review: RedactionReview = {
      documentId,
      kept: [...(before?.kept ?? []), ...sealed],
      added: [...(before?.added ?? []), ...add],
      sounds: [...(before?.sounds ?? []), ...sounds],
      regions: [...(before?.regions ?? []), ...regions],
      accepted: accept,
      by: ctx.principal.id,
      updatedAt: now,
    };
    const { shape } = mediaRulesSchema;
    const many = !shape.sounds.safeParse(review.sounds).success || !shape.regions.safeParse(review.regions).success;
    if (many || review.kept.length > MAX_DECISIONS || review.added.length > MAX_DECISIONS)
      throw new RectoError(
        'limit_exceeded',
        `A review has at most ${MAX_DECISIONS} decisions of a kind, of recordings 500 stretches and 100 regions; change the policy instead.`,
      );
    tx.put(redactionReviews, { id: documentId }, review);
    recordAudit(tx, ctx, {
      action: 'redaction.reviewed',
      targets: [{ type: 'document', id: documentId }],
      metadata: { rejected: reject.length, added: add.length + sounds.length + regions.length, accepted: accept },
    });
  });
  return reprocessDocument(ctx, {
    documentId,
    cause: ['review', new Date(now).toISOString(), ctx.requestId],
    origin: 'api',
  });
}

/** Boxes are of pages, stretches and regions of recordings. */
function checkPlaces({ recording }: RedactionReport, { add, sounds, regions }: ReviewRedaction): void {
  if (recording === null && sounds.length + regions.length > 0)
    throw new RectoError('invalid_request', 'The document is no recording: name places on its pages with `add`.');
  if (recording !== null && add.length > 0)
    throw new RectoError('invalid_request', 'A recording has no pages: name what goes with `sounds` and `regions`.');
}

/** What stands at the finds that are none. Values are known only here and to the redaction; the record keeps them sealed. */
async function valuesOf(
  ctx: UseCaseContext,
  documentId: string,
  report: RedactionReport,
  finds: ReviewRedaction['reject'],
): Promise<string[]> {
  const pages = await pagesAsRead(ctx, { documentId, recording: report.recording !== null, advice: ADVICE });
  const texts = new Map(pages.map((page) => [page.number, buildPageText(page).text]));
  return finds.map(({ page, start, end }) => {
    const known = report.entities.some((one) => one.page === page && one.start === start && one.end === end);
    const value = texts.get(page)?.slice(start, end) ?? '';
    if (!known || value === '')
      throw new RectoError(
        'invalid_request',
        `The report has no find on page ${page} from ${start} to ${end}; send the places as GET /v1/documents/${documentId}/redaction gives them.`,
      );
    return value;
  });
}
