import { artifactId } from '../../domain/artifact-id.ts';
import { artifacts } from '../../domain/collections.ts';
import type { Document } from '../../domain/document.ts';
import { extractionResultSchema } from '../../domain/extraction-result.ts';
import { ocrResultSchema } from '../../domain/page.ts';
import { transcriptSchema } from '../../domain/redaction/media.ts';
import type { Names, RedactedNames } from '../../domain/redaction/names.ts';
import { type NameFind, redactNames } from '../../domain/redaction/redact-names.ts';
import { redactionReportSchema } from '../../domain/redaction/report.ts';
import { transcriptResult } from '../../domain/redaction/transcript.ts';
import type { StepContext } from '../../engine/step.ts';
import type { TenantPorts } from '../../ports/platform.ts';
import { readText } from './artifacts.ts';
import { operatorKeys, policyOf } from './privacy-policy.ts';
import { REPORT, typesToReview } from './redaction-results.ts';
import { type View, viewsOf } from './redaction-work.ts';

/** The policy as it applies to names where they go. */
export type NameViews = Readonly<Record<'names' | 'index' | 'webhook', View>>;

/**
 * For names that go out with any redacted artifact: what one of them takes out goes. Views that are alike are one, so a policy
 * without rules by artifact costs nothing here.
 */
export async function nameViews(
  view: ReturnType<typeof viewsOf>,
): Promise<NameViews & Readonly<Record<'text' | 'fields' | 'pdf', View>>> {
  const [text, fields, pdf] = [await view('text'), await view('fields'), await view('pdf')];
  const alike = fields === text && pdf === text;
  const names = alike ? text : await view('text', { within: [fields.policy, pdf.policy] });
  return { text, fields, pdf, names, index: await view('index'), webhook: await view('webhook') };
}

/** A document's names as each place may have them, and what was found for the report. */
export async function redactedNames(
  ports: Pick<TenantPorts, 'keys'>,
  document: Names & { mediaType: string | null },
  { names, index, webhook }: NameViews,
): Promise<{ redactedNames: RedactedNames; found: NameFind[] }> {
  const keys = operatorKeys(ports);
  const made = new Map<View, Awaited<ReturnType<typeof redactNames>>>();
  const by = async (view: View): Promise<Awaited<ReturnType<typeof redactNames>>> => {
    const { policy, redactor } = view;
    const { find, values, people } = redactor;
    const done = made.get(view) ?? (await redactNames(document, { policy, find, values, people, keys }));
    made.set(view, done);
    return done;
  };
  const { names: shown, found } = await by(names);
  return {
    redactedNames: { shown, index: (await by(index)).names.filename, webhook: (await by(webhook)).names },
    found,
  };
}

/**
 * Names of a document that takes over what was made of another: by the policy that made it and all that it knew. Null, and
 * so nothing of them, where a person has to look first.
 */
export async function namesOfReused(
  ctx: Pick<StepContext, 'ports' | 'signal'>,
  { document, from }: { document: Document; from: Document },
): Promise<RedactedNames | null> {
  if (sameNames(document, from)) return from.redactedNames;
  const read = async (name: string): Promise<unknown> => {
    const found = await ctx.ports.store.get(artifacts, { id: artifactId(from.id, name) });
    return found === null ? null : JSON.parse(await readText(ctx.ports, found.data.key));
  };
  const report = redactionReportSchema.nullable().parse(await read(REPORT));
  const ocr =
    report === null || report.recording === null
      ? ocrResultSchema.nullable().parse(await read('ocr.json'))
      : transcriptResult(transcriptSchema.nullable().parse(await read('transcript.json'))?.words ?? []);
  const fields = extractionResultSchema.nullable().parse(await read('fields.json'));
  if (report === null || ocr === null || (report.review.types.length > 0 && !report.review.done)) return null;
  const policy = await policyOf(ctx.ports, report.policy);
  const { filename, metadata, mediaType } = document;
  const names = { filename, metadata, mediaType };
  const review = { kept: [], added: [], accepted: false };
  const views = await nameViews(viewsOf(ctx, { policy, review, ocr, fields, region: 'US', names }));
  const made = await redactedNames(ctx.ports, names, views);
  return typesToReview(Object.values(views), made.found).length > 0 ? null : made.redactedNames;
}

const sameNames = (a: Document, b: Document): boolean =>
  a.filename === b.filename &&
  JSON.stringify(Object.entries(a.metadata).sort()) === JSON.stringify(Object.entries(b.metadata).sort());
