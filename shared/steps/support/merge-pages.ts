import { RectoError } from '../../domain/errors.ts';
import { type OcrResult, PAGE_SEPARATOR, type Page, pageText } from '../../domain/page.ts';
import type { PartOutcome } from '../../engine/step.ts';
import type { TenantPorts } from '../../ports/platform.ts';
import { readText } from './artifacts.ts';
import {
  type FailedPage,
  type OcrPartOutput,
  type OcrRange,
  ocrPartOutputSchema,
  ocrPartPagesSchema,
  ocrRangeSchema,
} from './ocr-part.ts';

/** A part as the merge sees it; `output` is null when it failed for good. */
export interface MergePart extends OcrRange {
  output: OcrPartOutput | null;
  failedPages: FailedPage[];
}

/** The parts in order of their pages. Every page of a failed part counts as failed, with the part's code. */
export function mergeParts(parts: readonly PartOutcome[]): MergePart[] {
  return parts
    .map((part) => {
      const { from, to } = ocrRangeSchema.parse(part.input);
      const output = part.status === 'succeeded' ? ocrPartOutputSchema.parse(part.output) : null;
      const code = part.error?.code ?? 'internal';
      const all = Array.from({ length: to - from + 1 }, (_, index) => ({ number: from + index, code }));
      return { from, to, output, failedPages: output?.failedPages ?? all };
    })
    .sort((a, b) => a.from - b.from);
}

type Head = Omit<OcrResult, 'pages'>;

/** Engine, model and account of the whole document. `total` is what went in: a page no part speaks of counts as failed. */
export function mergeHead(parts: readonly MergePart[], total: number): Head {
  const sum = (pick: (output: OcrPartOutput) => number): number =>
    parts.reduce((all, part) => all + (part.output === null ? 0 : pick(part.output)), 0);
  const distinct = (pick: (output: OcrPartOutput) => string | null): string[] => [
    ...new Set(parts.flatMap((part) => (part.output === null ? [] : (pick(part.output) ?? [])))),
  ];
  const ocr = sum((output) => output.ocr);
  const textLayer = sum((output) => output.textLayer);
  const failed = parts.flatMap((part) => part.failedPages);
  if (ocr + textLayer + failed.length !== total)
    throw new RectoError(
      'internal',
      `The account of pages does not add up: ${ocr} by OCR, ${textLayer} by text layer, ${failed.length} failed, ${total} in all.`,
    );
  return {
    engine: distinct((output) => output.engine).join(', ') || 'text-layer',
    model: distinct((output) => output.model).join(', ') || null,
    account: { total, ocr, textLayer, failed: failed.length },
    failedPages: failed,
    ...mergedDegradation(parts),
  };
}

function mergedDegradation(parts: readonly MergePart[]): Pick<OcrResult, 'degraded'> {
  const found = parts.flatMap((part) => part.output?.degraded ?? []);
  if (found.length === 0) return {};
  const all = (pick: (one: (typeof found)[number]) => string): string => [...new Set(found.map(pick))].join(', ');
  return {
    degraded: {
      asked: all((one) => one.asked),
      because: all((one) => one.because),
      pages: found.flatMap((one) => one.pages),
    },
  };
}

/** The `ocr.json` artifact, one part in memory at a time. */
export async function* ocrJsonOf(
  ports: TenantPorts,
  parts: readonly MergePart[],
  head: Head,
): AsyncGenerator<Uint8Array> {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  yield encode(`{"engine":${JSON.stringify(head.engine)},"model":${JSON.stringify(head.model)},`);
  if (head.degraded !== undefined) yield encode(`"degraded":${JSON.stringify(head.degraded)},`);
  yield encode('"pages":[');
  let first = true;
  for (const part of parts)
    for (const page of await pagesOf(ports, part)) {
      yield encode(`${first ? '\n' : ',\n'}${JSON.stringify(page)}`);
      first = false;
    }
  yield encode(`\n],"account":${JSON.stringify(head.account)},"failedPages":${JSON.stringify(head.failedPages)}}\n`);
}

/** The `text` artifact: every page has its place, a failed one is empty, so that page numbers keep their meaning. */
export async function* textOf(ports: TenantPorts, parts: readonly MergePart[]): AsyncGenerator<Uint8Array> {
  let first = true;
  for (const part of parts) {
    const texts = new Map((await pagesOf(ports, part)).map((page) => [page.number, pageText(page)]));
    for (let number = part.from; number <= part.to; number++) {
      yield new TextEncoder().encode(`${first ? '' : PAGE_SEPARATOR}${texts.get(number) ?? ''}`);
      first = false;
    }
  }
}

async function pagesOf(ports: TenantPorts, part: MergePart): Promise<Page[]> {
  if (part.output === null) return [];
  return ocrPartPagesSchema.parse(JSON.parse(await readText(ports, part.output.key)));
}
