import { describe, expect, it } from 'vitest';
import { layoutPage } from '../layout/layout-page.ts';
import type { Box, Page, Word } from '../page.ts';
import { coverage } from './redact-page.ts';
import { signaturePlaces } from './signature-places.ts';

const DPI = 100;
const SIZE = { number: 1, width: 850, height: 1100, dpi: DPI };

function print(text: string, x: number, y: number, height = 14): Word[] {
  let at = x;
  return text.split(' ').map((word) => {
    const box: Box = [at, y, at + word.length * height * 0.55, y + height];
    at = box[2] + height * 0.3;
    return { text: word, confidence: 0.98, box };
  });
}

/** The same numbers every time. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const PROSE = [
  'The tenant shall keep the premises in good order and repair',
  'A signature is not needed for parcels of less than two kilos',
  'Both parties have signed the agreement of last year in Lisbon',
  'Payment is due within thirty days of the date of the invoice',
];
const LABELS = ['Signature:', 'Signed by:', 'Unterschrift', 'Customer signature', 'Firma:', 'Authorized signature'];

/** A page of prose with one signature, beside a label, over one or under a closing formula; where the hand wrote. */
function signed(seed: number): { page: Page; hand: Box } {
  const next = numbers(seed);
  const words: Word[] = [];
  let y = 80;
  for (let line = next(12) + 3; line > 0; line--, y += 22) words.push(...print(PROSE[next(4)] ?? '', 80, y));
  y += 60 + next(60);
  const [x, wide, tall] = [80 + next(250), 110 + next(120), 30 + next(25)];
  const label = LABELS[next(LABELS.length)] ?? '';
  const kind = next(3);
  let hand: Box;
  if (kind === 0) {
    words.push(...print(label, x, y));
    const from = x + label.length * 8 + 12 + next(20);
    hand = [from, y + 12 - tall, from + wide, y + 14];
  } else if (kind === 1) {
    hand = [x, y - tall - 4, x + wide, y - 4];
    words.push(...print(label, x, y));
  } else {
    words.push(...print('Yours sincerely,', x, y));
    hand = [x, y + 22, x + wide, y + 22 + tall];
    words.push(...print('Jane Doe', x, y + 30 + tall));
  }
  // A reader makes something of a scribble, and says that it does not believe it.
  if (next(2) === 0) words.push({ text: 'Jfu', confidence: 0.3, box: hand });
  words.push(...print('Page 1 of 2', 380, 1050));
  return { page: layoutPage({ ...SIZE, source: 'ocr', words }), hand };
}

describe('places for a signature', () => {
  it('are found on generated pages: the hand is covered on most, and what is covered is mostly such a place', () => {
    let covered = 0;
    let found = 0;
    let right = 0;
    const pages = 300;
    for (let seed = 1; seed <= pages; seed++) {
      const { page, hand } = signed(seed);
      const places = signaturePlaces(page);
      if (places.some(({ box }) => coverage(hand, box) >= 0.95)) covered++;
      found += places.length;
      right += places.filter(({ box }) => coverage(hand, box) >= 0.5).length;
    }
    expect(covered / pages).toBeGreaterThan(0.95);
    expect(right / found).toBeGreaterThan(0.8);
  });

  it('are not where signatures are only spoken of', () => {
    const words = PROSE.flatMap((text, line) => print(text, 80, 80 + line * 60));
    expect(signaturePlaces(layoutPage({ ...SIZE, source: 'ocr', words }))).toEqual([]);
  });

  it('are where an engine says so', () => {
    const page = layoutPage({ ...SIZE, source: 'ocr', words: [] });
    const block = {
      kind: 'signature',
      box: [10, 10, 90, 40],
      lines: [0, 0],
      content: null,
    } satisfies Page['blocks'][number];
    expect(signaturePlaces({ ...page, blocks: [block] }).map(({ box }) => box)).toEqual([block.box]);
  });
});
