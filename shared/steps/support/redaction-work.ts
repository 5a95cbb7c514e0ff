import { setImmediate as turn } from 'node:timers/promises';
import type { CountryCode } from 'libphonenumber-js/min';
import type { ExtractionResult } from '../../domain/extraction-result.ts';
import type { OcrResult, Page } from '../../domain/page.ts';
import type { Policy, ScopedPolicy } from '../../domain/policy.ts';
import type { Entity } from '../../domain/redaction/entity.ts';
import type { MediaRules } from '../../domain/redaction/media.ts';
import type { Names } from '../../domain/redaction/names.ts';
import { withOwnRecognizers } from '../../domain/redaction/own-recognizers.ts';
import { buildPageText } from '../../domain/redaction/page-text.ts';
import { type PolicyScope, scopePolicy } from '../../domain/redaction/policy-scope.ts';
import type { Recognizer } from '../../domain/redaction/recognizer.ts';
import { DocumentRedactor } from '../../domain/redaction/redact-document.ts';
import { textsOfNames } from '../../domain/redaction/redact-names.ts';
import type { RedactionReview } from '../../domain/redaction/review.ts';
import { stricter } from '../../domain/redaction/stricter.ts';
import { checkVisualTypes, unescaped, type VisualFind, visualFinds } from '../../domain/redaction/visual.ts';
import type { StepContext } from '../../engine/step.ts';

/** Pages between two turns of the event loop, so that leases are renewed while a long document is searched. */
const PAGES_PER_TURN = 10;

/** What a person decided about the document, opened. */
export interface Review {
  kept: readonly string[];
  added: RedactionReview['added'];
  accepted: boolean;
  /** Of a recording. */
  media: MediaRules;
}

/** The policy as it applies to one artifact, and all that is known by it. */
export interface View {
  policy: ScopedPolicy;
  redactor: DocumentRedactor;
  /** What of the pages' pictures goes besides print. */
  visuals: readonly VisualFind[];
}

export interface Work {
  documentId: string;
  /** Digest of the bytes that came in; null where the document does not say. */
  sha256: string | null;
  /** Whether it came as a picture. */
  pictured: boolean;
  ocr: OcrResult;
  fields: ExtractionResult | null;
  policy: Policy;
  review: Review;
  /** By what is redacted: a policy may have rules of its own for each. */
  views: Readonly<Record<'text' | 'fields' | 'pdf' | 'names' | 'index' | 'webhook', View>>;
  /** As they came, and the document's type. */
  names: Names & { mediaType: string | null };
  /** By number, as read; absent for a page that was not. */
  pages: ReadonlyMap<number, Page>;
}

/** An audience that the policy may have rules for, and policies that hold as well. */
export interface ForWhom {
  audience?: string | null;
  within?: readonly ScopedPolicy[];
}

/** Makes views, one for all artifacts that the policy treats alike: learning a document costs as much as redacting it. */
export function viewsOf(
  ctx: Pick<StepContext, 'ports' | 'signal'>,
  {
    policy: chosen,
    review,
    ocr,
    fields,
    region,
    names,
  }: Pick<Work, 'policy' | 'ocr' | 'fields' | 'names'> & {
    review: Pick<Review, 'kept' | 'added'>;
    region: CountryCode;
  },
): (artifact: PolicyScope['artifact'], forWhom?: ForWhom) => Promise<View> {
  const policy = { ...chosen, allow: [...chosen.allow, ...review.kept] };
  const made = new Map<string, View>();
  // What engines elsewhere find does not depend on the policy: each page and name is shown to them once.
  let found: Promise<[readonly Recognizer[], ReadonlyMap<string, readonly Entity[]>]> | null = null;
  return async (artifact, { audience = null, within = [] } = {}) => {
    const documentType = fields?.documentType.name ?? null;
    const scoped = within.reduce(stricter, scopePolicy(policy, { documentType, artifact, audience }));
    const alike = JSON.stringify([scoped.entities, scoped.fields, scoped.thresholds]);
    const known = made.get(alike);
    if (known !== undefined) return known;
    checkVisualTypes(scoped);
    const { recognizers } = ctx.ports;
    found ??= Promise.all([
      recognizers.local(),
      recognizers.ask({
        texts: [...ocr.pages.map((page) => buildPageText(page).text), ...textsOfNames(names)],
        signal: ctx.signal,
      }),
    ]);
    const [local, findings] = await found;
    const { policy: own, recognizers: all } = withOwnRecognizers(scoped, local);
    const redactor = new DocumentRedactor(own, { region, recognizers: all, findings });
    if (fields !== null) redactor.learnFields(fields);
    for (const { page, box, type } of review.added) redactor.addArea(page, box, type);
    for (const [index, page] of ocr.pages.entries()) {
      redactor.learnPage(page);
      await breathe(ctx, index);
    }
    const view = { policy: scoped, redactor, visuals: seeVisuals(redactor, scoped, ocr.pages) };
    made.set(alike, view);
    return view;
  };
}

/** What codes say is known like anything else that is read; then what goes of the pictures has its places. */
function seeVisuals(redactor: DocumentRedactor, policy: ScopedPolicy, pages: readonly Page[]): VisualFind[] {
  for (const { text } of pages.flatMap((page) => page.codes ?? []))
    for (const said of new Set([text, unescaped(text)]))
      for (const { type, start, end } of redactor.find(said)) redactor.values.add(said.slice(start, end), type);
  const found = pages.flatMap((page) => visualFinds({ policy, find: redactor.find }, page));
  for (const { page, box, type } of found) redactor.addArea(page, box, type);
  return found;
}

/** Lets the step be stopped and, now and then, other work go on. */
export async function breathe(ctx: Pick<StepContext, 'signal'>, index: number): Promise<void> {
  ctx.signal.throwIfAborted();
  if (index % PAGES_PER_TURN === PAGES_PER_TURN - 1) await turn();
}
