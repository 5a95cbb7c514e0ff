import { artifactId } from '../../domain/artifact-id.ts';
import { artifacts } from '../../domain/collections.ts';
import type { Document } from '../../domain/document.ts';
import { RectoError } from '../../domain/errors.ts';
import { type ExtractionResult, extractionResultSchema } from '../../domain/extraction-result.ts';
import { type OcrResult, ocrResultSchema } from '../../domain/page.ts';
import { applyToText } from '../../domain/redaction/apply-to-text.ts';
import { type Names, namesFor } from '../../domain/redaction/names.ts';
import { scopePolicy } from '../../domain/redaction/policy-scope.ts';
import { redactNames } from '../../domain/redaction/redact-names.ts';
import { applyToStructured } from '../../domain/redaction/redact-structured.ts';
import { redactionReportSchema } from '../../domain/redaction/report.ts';
import { readText } from '../../steps/support/artifacts.ts';
import { openReview } from '../../steps/support/open-review.ts';
import { operatorKeys, policyOf, privacyPolicy } from '../../steps/support/privacy-policy.ts';
import { breathe, viewsOf } from '../../steps/support/redaction-work.ts';
import { verifyStructure, verifyText } from '../../steps/support/verify-redaction.ts';
import type { UseCaseContext } from '../context.ts';
import { reviewRequired } from './open-artifact.ts';

/** A request waits for it; a longer document is read from its redacted artifacts. */
const MOST_PAGES = 1000;
const TIMEOUT_MS = 60_000;

/**
 * Text and structure of a document redacted now for an audience, by the policy's rules for exports. Whoever may not see the
 * originals never gets more than the redacted artifacts have: the rules of the policy that made those hold as well.
 * Null where the document was not redacted yet. Errors: `review_required`, `redaction_unverified`, `limit_exceeded`.
 */
export async function redactForAudience(
  ctx: UseCaseContext,
  { document, audience }: { document: Document; audience: string | null },
): Promise<{ pages: string[]; result: ExtractionResult; names: Names } | null> {
  const { ports, principal } = ctx;
  const mayReview = principal.scopes.includes('redactions:review');
  const [report, read, fields] = await Promise.all([
    stored(ctx, document.id, 'entities.json'),
    stored(ctx, document.id, 'ocr.json'),
    stored(ctx, document.id, 'fields.json'),
  ]);
  if (report === null || read === null || fields === null) return null;
  const made = redactionReportSchema.parse(JSON.parse(report));
  const review = await openReview(ctx, document.id);
  if (made.review.types.length > 0 && !review.accepted && !mayReview) throw reviewRequired(document.id);
  const ocr = ocrResultSchema.parse(JSON.parse(read));
  if (ocr.account.total > MOST_PAGES)
    throw new RectoError(
      'limit_exceeded',
      `The document has ${ocr.account.total} pages; at most ${MOST_PAGES} are redacted for an audience on request. Export it without one.`,
    );
  const result = extractionResultSchema.parse(JSON.parse(fields));
  const policy = await privacyPolicy({ ports, clock: ctx.platform.clock }, made.policy.id);
  const base = await policyOf(ports, made.policy);
  const mayRead = principal.scopes.includes('documents:original');
  const within = mayRead
    ? []
    : (['text', 'fields'] as const).map((artifact) =>
        scopePolicy(
          { ...base, allow: [...base.allow, ...review.kept] },
          { documentType: result.documentType.name, artifact, audience: null },
        ),
      );
  const task = { ports, signal: AbortSignal.timeout(TIMEOUT_MS) };
  const { filename, metadata } = mayRead ? document : namesFor(document, 'shown');
  const names = { filename, metadata, mediaType: document.mediaType };
  const view = await viewsOf(task, { policy, review, ocr, fields: result, region: 'US', names })('export', {
    audience,
    within,
  });
  const keys = operatorKeys(ports);
  const { find, findAgain, values, people } = view.redactor;
  const redacted = await applyToStructured(result, { policy: view.policy, find, keys, values, findAgain });
  const told = redacted.fields.map(({ raw, value }) => [raw, value]);
  verifyStructure('export', [told, redacted.tables.map(({ rows, columns }) => [rows, columns])], values);
  const { pages, found } = await redactPages(task, ocr, view, keys);
  const named = await redactNames(names, { policy: view.policy, find, values, people, keys });
  for (const { type } of named.found) found.add(type);
  if (!review.accepted && !mayReview && view.policy.reviewed.some((type) => found.has(type)))
    throw reviewRequired(document.id);
  return { pages, result: redacted, names: named.names };
}

/** Whether the policy that redacted the document has rules of its own for exports. */
export async function hasExportRules(ctx: UseCaseContext, documentId: string): Promise<boolean> {
  const report = await stored(ctx, documentId, 'entities.json');
  if (report === null) return false;
  const made = redactionReportSchema.parse(JSON.parse(report));
  const policy = await privacyPolicy({ ports: ctx.ports, clock: ctx.platform.clock }, made.policy.id);
  return policy.rules.some((rule) => rule.artifacts?.includes('export') === true && rule.audiences === undefined);
}

async function redactPages(
  task: Parameters<typeof breathe>[0],
  ocr: OcrResult,
  { policy, redactor }: Awaited<ReturnType<ReturnType<typeof viewsOf>>>,
  keys: ReturnType<typeof operatorKeys>,
): Promise<{ pages: string[]; found: Set<string> }> {
  const failed = new Set(ocr.failedPages.map((page) => page.number));
  const byNumber = new Map(ocr.pages.map((page) => [page.number, page]));
  const found = new Set<string>();
  const pages: string[] = [];
  for (let number = 1; number <= ocr.account.total; number++) {
    const page = failed.has(number) ? undefined : byNumber.get(number);
    if (page === undefined) {
      pages.push('');
      continue;
    }
    const { text, entities } = redactor.redactPage(page);
    for (const { type } of entities) found.add(type);
    const redacted = await applyToText(text, entities, {
      policy,
      keys,
      values: redactor.values,
      findAgain: redactor.findAgain,
    });
    verifyText('export', redacted, redactor.values);
    pages.push(redacted);
    await breathe(task, number);
  }
  return { pages, found };
}

async function stored(ctx: UseCaseContext, documentId: string, name: string): Promise<string | null> {
  const found = await ctx.ports.store.get(artifacts, { id: artifactId(documentId, name) });
  return found === null ? null : readText(ctx.ports, found.data.key);
}
