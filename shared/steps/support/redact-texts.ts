import type { Artifact } from '../../domain/document.ts';
import { PAGE_SEPARATOR, type Page } from '../../domain/page.ts';
import { applyToText } from '../../domain/redaction/apply-to-text.ts';
import { operatorFor } from '../../domain/redaction/operators.ts';
import { buildPageText } from '../../domain/redaction/page-text.ts';
import { entityBoxes } from '../../domain/redaction/redact-page.ts';
import type { RedactionReport } from '../../domain/redaction/report.ts';
import type { StepContext } from '../../engine/step.ts';
import { writeArtifact } from './artifacts.ts';
import { INDEXED } from './indexed-artifacts.ts';
import { operatorKeys } from './privacy-policy.ts';
import { breathe, type View } from './redaction-work.ts';
import { verifyText } from './verify-redaction.ts';

export type ReportedEntity = RedactionReport['entities'][number];

/** The text of a document's pages without what goes of it, checked; a page that was not read is empty. */
export async function redactTexts(
  ctx: StepContext,
  texts: {
    documentId: string;
    total: number;
    /** By number, as read; absent for a page that was not. */
    pages: ReadonlyMap<number, Page>;
    form: 'text' | 'index';
    view: Pick<View, 'policy' | 'redactor'>;
  },
): Promise<{ artifact: Artifact; reported: ReportedEntity[]; counts: Record<string, number> }> {
  const { documentId, pages, total, form } = texts;
  const { policy, redactor } = texts.view;
  const { values, findAgain } = redactor;
  const keys = operatorKeys(ctx.ports);
  const written: string[] = [];
  const reported: ReportedEntity[] = [];
  const counts: Record<string, number> = {};
  for (let number = 1; number <= total; number++) {
    const page = pages.get(number);
    if (page === undefined) {
      written.push('');
      continue;
    }
    const { text, entities } = redactor.redactPage(page);
    const redacted = await applyToText(text, entities, { policy, keys, values, findAgain });
    verifyText('text', redacted, values);
    written.push(redacted);
    const placed = buildPageText(page);
    for (const entity of entities) {
      counts[entity.type] = (counts[entity.type] ?? 0) + 1;
      const boxes = entityBoxes(page, placed, entity);
      reported.push({ ...entity, page: number, boxes, operator: operatorFor(policy, entity.type).operator });
    }
    await breathe(ctx, number);
  }
  const artifact = await writeArtifact(ctx, {
    documentId,
    name: form === 'text' ? 'redacted.txt' : INDEXED.text,
    mediaType: 'text/plain; charset=utf-8',
    body: written.join(PAGE_SEPARATOR),
    sensitive: form === 'index',
  });
  return { artifact, reported, counts };
}
