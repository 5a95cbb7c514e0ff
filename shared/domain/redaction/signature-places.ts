import type { Box, Page } from '../page.ts';

interface Printed {
  text: string;
  box: Box;
}

export interface SignaturePlace {
  box: Box;
  score: number;
  why: string;
}

/** What stands beside or under a place for a signature, in the languages of most forms. Whole lines or their last words. */
const LABEL =
  /(?:^|\s)(?:(?:authori[sz]ed|customer|client|employee|employer|applicant|patient|witness|tenant|landlord|buyer|seller|holder)(?:'s)?\s+)?(?:signature(?:\s+of\s+\p{L}+(?:\s+\p{L}+)?)?|signed(?:\s+by)?|sign\s+here|unterschrift|unterzeichnet|firma|firmado|assinatura|handtekening|podpis|underskrift)\s*[:.]?[\s_.…]*$/iu;
const CLOSING =
  /^(?:yours\s+(?:sincerely|faithfully|truly)|sincerely(?:\s+yours)?|(?:kind|best|warm)\s+regards|respectfully(?:\s+yours)?|mit\s+freundlichen\s+grüßen|hochachtungsvoll|cordialement|atentamente|cordiali\s+saluti|met\s+vriendelijke\s+groet)\s*,?$/iu;
const MOST_LABEL_WORDS = 6;
/** Inches. A hand needs so much, and takes no more. */
const [TALL, WIDE, ROOM] = [0.75, 3.2, 0.9];
/** A scribble is read as words that the reader does not believe itself. */
const BELIEVED = 0.6;

/**
 * Places on a page where a hand has signed, by its words alone: beside or over a label such as `Signature`, under a closing
 * formula, and blocks that an engine calls signatures. It says where one signs, signed or not, and does not look at the ink:
 * a signature without such words beside it is not found.
 */
export function signaturePlaces(page: Page): SignaturePlace[] {
  const told = page.blocks
    .filter((block) => block.kind === 'signature')
    .map(({ box }): SignaturePlace => ({ box, score: 0.9, why: 'the engine calls it a signature' }));
  const lines = believedLines(page);
  return [
    ...told,
    ...lines.flatMap((line) => {
      const text = line.text.trim();
      if (CLOSING.test(text)) return under(page, lines, line);
      if (!LABEL.test(text) || text.split(/\s+/).length > MOST_LABEL_WORDS) return [];
      return besideAndOver(page, lines, line);
    }),
  ];
}

/** The lines without the words that the reader does not believe. */
function believedLines(page: Page): Printed[] {
  return page.lines.flatMap((line) => {
    const words = page.words.slice(...line.words).filter((word) => word.confidence >= BELIEVED);
    if (words.length === 0) return [];
    const [xs, ys] = [words.flatMap(({ box }) => [box[0], box[2]]), words.flatMap(({ box }) => [box[1], box[3]])];
    const box: Box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    return [{ text: words.map(({ text }) => text).join(' '), box }];
  });
}

const inside = (page: Page, box: Box): Box => [
  Math.max(0, box[0]),
  Math.max(0, box[1]),
  Math.min(page.width, box[2]),
  Math.min(page.height, box[3]),
];
const acrossFrom = (a: Box, b: Box): boolean => a[1] < b[3] && b[1] < a[3];
const aboveEachOther = (a: Box, b: Box): boolean => a[0] < b[2] && b[0] < a[2];

function besideAndOver(page: Page, lines: readonly Printed[], label: Printed): SignaturePlace[] {
  const inch = page.dpi;
  const { box } = label;
  const middle = (box[1] + box[3]) / 2;
  const higher = lines.filter((line) => line !== label && line.box[3] <= middle);
  const places: SignaturePlace[] = [];
  const right = Math.min(
    page.width,
    box[2] + WIDE * inch,
    ...lines
      .filter((line) => line !== label && acrossFrom(line.box, box) && line.box[0] >= box[2])
      .map((l) => l.box[0]),
  );
  if (right - box[2] >= ROOM * inch) {
    const strip: Box = [box[2], middle - TALL * inch, right, box[3] + TALL * inch * 0.3];
    const top = Math.max(strip[1], ...higher.filter((line) => aboveEachOther(line.box, strip)).map((l) => l.box[3]));
    places.push({ box: inside(page, [strip[0], top, strip[2], strip[3]]), score: 0.6, why: 'beside its label' });
  }
  const column: Box = [box[0] - 0.2 * inch, box[1] - TALL * inch, Math.max(box[2], box[0] + WIDE * inch), box[1]];
  const next = lines.filter((line) => line.box[0] > box[2] && acrossFrom(line.box, box)).map((l) => l.box[0]);
  column[2] = Math.min(column[2], ...next);
  const top = Math.max(column[1], ...higher.filter((line) => aboveEachOther(line.box, column)).map((l) => l.box[3]));
  // Room for a hand, not the gap between two lines.
  if (box[1] - top >= Math.max(0.25 * inch, 1.4 * (box[3] - box[1])))
    places.push({ box: inside(page, [column[0], top, column[2], box[1]]), score: 0.5, why: 'over its label' });
  return places;
}

function under(page: Page, lines: readonly Printed[], closing: Printed): SignaturePlace[] {
  const inch = page.dpi;
  const { box } = closing;
  const strip: Box = [box[0] - 0.3 * inch, box[3], box[0] + WIDE * inch, box[3] + 2 * TALL * inch];
  const bottom = Math.min(
    strip[3],
    ...lines.filter((l) => l.box[1] >= box[3] && aboveEachOther(l.box, strip)).map((l) => l.box[1]),
  );
  if (bottom - box[3] < Math.max(0.25 * inch, 1.4 * (box[3] - box[1]))) return [];
  return [{ box: inside(page, [strip[0], box[3], strip[2], bottom]), score: 0.6, why: 'under a closing formula' }];
}
