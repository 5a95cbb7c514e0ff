import { getCountries } from 'libphonenumber-js/min';
import { z } from 'zod';
import { extractionResultSchema } from '../../domain/extraction-result.ts';
import { type Page, pageOfTexts } from '../../domain/page.ts';
import { type Operator, type Policy, REDACTED_ARTIFACTS, type ScopedPolicy } from '../../domain/policy.ts';
import { recordingType } from '../../domain/recording-types.ts';
import { applyToText } from '../../domain/redaction/apply-to-text.ts';
import type { Entity } from '../../domain/redaction/entity.ts';
import type { FindOptions } from '../../domain/redaction/find.ts';
import { operatorFor } from '../../domain/redaction/operators.ts';
import { withOwnRecognizers } from '../../domain/redaction/own-recognizers.ts';
import { buildPageText } from '../../domain/redaction/page-text.ts';
import { scopePolicy } from '../../domain/redaction/policy-scope.ts';
import { DocumentRedactor } from '../../domain/redaction/redact-document.ts';
import { operatorKeys, privacyPolicy } from '../../steps/support/privacy-policy.ts';
import type { UseCaseContext } from '../context.ts';
import { artifactJson } from '../documents/artifact-json.ts';
import { getDocument } from '../documents/get.ts';
import { pagesAsRead } from '../documents/pages-as-read.ts';
import { getPolicy } from './get.ts';
import { getPolicyVersion } from './versions.ts';

export const tryPolicySchema = z
  .strictObject({
    /** The version to try; absent: the one that applies. */
    version: z.number().int().min(1).optional(),
    text: z.string().max(1_000_000).optional(),
    documentId: z.string().max(64).optional(),
    artifact: z.enum(REDACTED_ARTIFACTS).default('text'),
    audience: z.string().max(60).optional(),
    /** Of a text; a document has its own. */
    documentType: z.string().max(100).optional(),
    region: z.enum(getCountries()).default('US'),
  })
  .refine(({ text, documentId }) => (text === undefined) !== (documentId === undefined), {
    message: 'Give either a text or a documentId.',
  });
export type TryPolicy = z.infer<typeof tryPolicySchema>;

const MAX_SHOWN = 1000;
const ADVICE = 'try the policy on a part of the document';

/** An entity as a policy would treat it; offsets are UTF-16 units of the text of its page. */
export interface TriedEntity extends Entity {
  page: number;
  operator: Operator['operator'];
}

export interface TriedPolicy {
  policy: { id: string; version: number };
  /** The version that it is compared with: the one that applies now. */
  active: { version: number };
  /** Of a text: as the policy would leave it. Null for a document. */
  text: string | null;
  /** The first 1,000. */
  entities: TriedEntity[];
  total: number;
  /** Compared with the version that applies now: what would also be redacted, no longer be, or be by another operator. */
  changes: { added: number; removed: number; changed: number };
}

/** What a version of a policy would do to a text or to a document that was read; nothing is changed or kept. */
export async function tryPolicy(ctx: UseCaseContext, input: { id: string } & TryPolicy): Promise<TriedPolicy> {
  const active = await privacyPolicy({ ports: ctx.ports, clock: ctx.platform.clock }, input.id);
  await getPolicy(ctx, input);
  const policy =
    input.version === undefined ? active : await getPolicyVersion(ctx, { id: input.id, version: input.version });
  const subject = input.documentId === undefined ? textSubject(input) : await documentSubject(ctx, input.documentId);
  const seen = await lookThrough(ctx, subject);
  const tried = view(policy, input, subject, seen);
  const now = view(active, input, subject, seen);
  const entities = all(tried, subject);
  return {
    policy: { id: policy.id, version: policy.version },
    active: { version: active.version },
    text: input.text === undefined ? null : await applied(ctx, tried, subject),
    entities: entities.slice(0, MAX_SHOWN),
    total: entities.length,
    changes: compare(all(now, subject), entities),
  };
}

interface Subject {
  documentType: string | null;
  pages: readonly Page[];
  fields: z.infer<typeof extractionResultSchema> | null;
}

interface View {
  policy: ScopedPolicy;
  redactor: DocumentRedactor;
}

function textSubject({
  text = '',
  documentType = null,
}: {
  text?: string | undefined;
  documentType?: string | null | undefined;
}): Subject {
  return { documentType, pages: [pageOfTexts([text])], fields: null };
}

async function documentSubject(ctx: UseCaseContext, documentId: string): Promise<Subject> {
  const recording = recordingType((await getDocument(ctx, { id: documentId })).mediaType) !== null;
  const pages = await pagesAsRead(ctx, { documentId, recording, advice: ADVICE });
  if (recording) return { documentType: null, pages, fields: null };
  const fields = extractionResultSchema.parse(
    await artifactJson(ctx, { documentId, name: 'fields.json', advice: ADVICE }),
  );
  return { documentType: fields.documentType.name, pages, fields };
}

/** What recognizers need and find does not depend on the policy: the texts are shown to them once. */
async function lookThrough(
  ctx: UseCaseContext,
  { pages }: Subject,
): Promise<Pick<FindOptions, 'recognizers' | 'findings'>> {
  const texts = pages.map((page) => buildPageText(page).text);
  const [recognizers, findings] = await Promise.all([
    ctx.ports.recognizers.local(),
    ctx.ports.recognizers.ask({ texts }),
  ]);
  return { recognizers, findings };
}

function view(
  policy: Policy,
  input: TryPolicy,
  subject: Subject,
  seen: Pick<FindOptions, 'recognizers' | 'findings'>,
): View {
  const { artifact, audience = null } = input;
  const scoped = scopePolicy(policy, { documentType: subject.documentType, artifact, audience });
  const own = withOwnRecognizers(scoped, seen.recognizers ?? []);
  const redactor = new DocumentRedactor(own.policy, { ...seen, region: input.region, recognizers: own.recognizers });
  if (subject.fields !== null) redactor.learnFields(subject.fields);
  for (const page of subject.pages) redactor.learnPage(page);
  return { policy: scoped, redactor };
}

const all = ({ policy, redactor }: View, { pages }: Subject): TriedEntity[] =>
  pages.flatMap((page) =>
    redactor.redactPage(page).entities.map((entity) => ({
      ...entity,
      page: page.number,
      operator: operatorFor(policy, entity.type).operator,
    })),
  );

async function applied(ctx: UseCaseContext, { policy, redactor }: View, { pages }: Subject): Promise<string> {
  const [page] = pages;
  if (page === undefined) return '';
  const { text, entities } = redactor.redactPage(page);
  const { values, findAgain } = redactor;
  return applyToText(text, entities, { policy, keys: operatorKeys(ctx.ports), values, findAgain });
}

function compare(before: readonly TriedEntity[], after: readonly TriedEntity[]): TriedPolicy['changes'] {
  const place = ({ page, start, end }: TriedEntity): string => `${page}:${start}-${end}`;
  const was = new Map(before.map((entity) => [place(entity), entity.operator]));
  let added = 0;
  let changed = 0;
  for (const entity of after) {
    const operator = was.get(place(entity));
    if (operator === undefined) added++;
    else if (operator !== entity.operator) changed++;
    was.delete(place(entity));
  }
  return { added, removed: was.size, changed };
}
