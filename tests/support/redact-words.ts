import type { EmbeddedConverter } from '#shared/adapters/embedded/converter.ts';
import type { Box, Word } from '#shared/domain/page.ts';
import { canonical } from '#shared/domain/redaction/normalize.ts';
import { ValueSet } from '#shared/domain/redaction/value-set.ts';
import type { RedactedPage } from '#shared/ports/converter.ts';
import { collect, LIMITS, sourceOf } from './converter-fixture.ts';
import { secretsInBytes } from './count-leaks.ts';

const DPI = 100;
const MARGIN = 2;

export interface WordsRedacted {
  /** Pages that have a text layer, and how many of them stayed drawings. */
  pages: number;
  drawings: number;
  reasons: string[];
  words: string[];
  /** Words that the redacted PDF still says, in its text or its bytes. */
  left: string[];
  /** Share of the words that may stay which the text of the drawings still says. */
  kept: number;
  seconds: number;
}

/** Repeatable numbers from 0 to 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Takes random words out of the pages of a PDF that have text, and looks for them in what comes out. Null without text. */
export async function redactWords(
  converter: EmbeddedConverter,
  original: Uint8Array,
  { random, most = 12 }: { random: () => number; most?: number },
): Promise<WordsRedacted | null> {
  const made = await converter.toPdf({ source: sourceOf(original), mediaType: 'application/pdf', limits: LIMITS });
  const pdf = await collect(made.pdf);
  const layers = await layersOf(converter, pdf, { to: Math.min(most, made.pages.length), any: false });
  if (layers.length === 0) return null;
  const values = new ValueSet();
  for (const { words } of layers) {
    const candidates = words.filter(({ text }) => /^\p{L}{6,}$/u.test(text));
    for (let i = 0; i < 3 && candidates.length > 0; i++)
      values.add(candidates[Math.floor(random() * candidates.length)]?.text ?? '', 'WORD');
  }
  const started = performance.now();
  const plans = layers.map((layer) => planOf(layer, values));
  const redacted = await converter.redactPdf({
    pdf: sourceOf(pdf),
    pages: (async function* () {
      yield* plans;
    })(),
    forbidden: values.list(),
    limits: LIMITS,
  });
  const bytes = await collect(redacted.pdf);
  const seconds = (performance.now() - started) / 1000;
  const after = await layersOf(converter, bytes, { to: plans.length, any: true });
  const text = after.map(({ words }) => words.map((word) => word.text).join(' ')).join(' ');
  const said = new Set(values.find(text).map(({ start, end }) => canonical(text.slice(start, end))));
  const inBytes = await secretsInBytes(bytes, values.list());
  const pictures = new Set(redacted.pictures.map(({ number }) => number));
  const drawn = plans.flatMap((plan, at) => (pictures.has(plan.number) ? [] : [{ plan, layer: after[at] }]));
  return {
    pages: plans.length,
    drawings: drawn.length,
    reasons: redacted.pictures.map(({ reason }) => reason),
    words: values.list(),
    left: [...new Set([...said, ...inBytes])],
    kept: keptShare(drawn),
    seconds,
  };
}

interface Layer {
  number: number;
  dpi: number;
  words: Word[];
}

/** `any`: also layers that are not trusted to say what the page shows; pages without words are left out. */
async function layersOf(
  converter: EmbeddedConverter,
  pdf: Uint8Array,
  { to, any }: { to: number; any: boolean },
): Promise<Layer[]> {
  const layers: Layer[] = [];
  const pages = converter.renderPages({
    pdf: sourceOf(pdf),
    from: 1,
    to,
    dpi: DPI,
    anyTextLayer: any,
    limits: LIMITS,
  });
  for await (const page of pages)
    if (!('error' in page) && page.textLayer !== null && page.textLayer.words.length > 0)
      layers.push({ number: page.number, dpi: page.dpi, words: page.textLayer.words });
  return layers;
}

function planOf({ number, dpi, words }: Layer, values: ValueSet): RedactedPage {
  const goes = words.filter((word) => values.find(word.text).length > 0);
  const text = words.map((word) => word.text);
  // Values that only come together across words: both go.
  const joined = values.find(text.join(' '));
  let at = 0;
  const crossed = words.filter((word) => {
    const start = at;
    at += word.text.length + 1;
    return joined.some((hit) => hit.start < start + word.text.length && start < hit.end);
  });
  const gone = new Set([...goes, ...crossed]);
  const boxes = [...gone].map(({ box }): Box => [box[0] - MARGIN, box[1] - MARGIN, box[2] + MARGIN, box[3] + MARGIN]);
  return { number, dpi, boxes, words: words.filter((word) => !gone.has(word)), as: 'drawing' };
}

function keptShare(drawn: readonly { plan: RedactedPage; layer: Layer | undefined }[]): number {
  let kept = 0;
  let all = 0;
  for (const { plan, layer } of drawn) {
    const there = new Map<string, number>();
    for (const { text } of layer?.words ?? []) there.set(text, (there.get(text) ?? 0) + 1);
    // Whatever a box touches may have lost a letter with its neighbour.
    const free = plan.words.filter((word) => !plan.boxes.some((box) => touches(word.box, box)));
    for (const { text } of free) {
      all++;
      const left = there.get(text) ?? 0;
      if (left === 0) continue;
      kept++;
      there.set(text, left - 1);
    }
  }
  return all === 0 ? 1 : kept / all;
}

const touches = (a: Box, b: Box): boolean => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
