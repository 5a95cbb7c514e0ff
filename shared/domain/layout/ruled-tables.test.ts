import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Page, Word } from '../page.ts';
import { layoutPage } from './layout-page.ts';
import type { Ruling } from './marks.ts';

const words = (text: string, x: number, y: number): Word[] =>
  [...text.matchAll(/\S+/g)].map((match) => ({
    text: match[0],
    confidence: 1,
    box: [x + match.index * 10, y, x + (match.index + match[0].length) * 10, y + 20],
  }));
const level = (y: number, x0: number, x1: number): Ruling => ({ x0, y0: y, x1, y1: y });
const upright = (x: number, y0: number, y1: number): Ruling => ({ x0: x, y0, x1: x, y1 });
const page = (given: readonly Word[], rulings: readonly Ruling[], source: Page['source'] = 'textLayer'): Page =>
  layoutPage({ number: 1, width: 1000, height: 1400, dpi: 100, source, words: given, rulings });
const cells = (found: Page): unknown[] | undefined =>
  found.tables[0]?.cells.map(({ row, column, rowSpan, columnSpan, text }) => [row, column, rowSpan, columnSpan, text]);

/** Heads over two columns, a label over two rows, a wrapped cell; one wall is drawn in two pieces. */
const RULINGS = [
  level(100, 100, 700),
  level(150, 300, 700),
  level(200, 100, 700),
  level(260, 300, 700),
  level(320, 100, 700),
  upright(100, 100, 320),
  upright(300, 100, 320),
  upright(500, 150, 203),
  upright(500, 200, 320),
  upright(700, 100, 320),
];
const WORDS = [
  ...words('Item', 110, 140),
  ...words('Price', 450, 115),
  ...words('Net', 310, 165),
  ...words('Gross', 510, 165),
  ...words('Oak table', 110, 250),
  ...words('12.00', 310, 220),
  ...words('14.28', 510, 220),
  ...words('on request', 310, 265),
  ...words('only', 310, 292),
  ...words('20.00', 510, 280),
];
const EXPECTED = [
  [0, 0, 2, 1, 'Item'],
  [0, 1, 1, 2, 'Price'],
  [1, 1, 1, 1, 'Net'],
  [1, 2, 1, 1, 'Gross'],
  [2, 0, 2, 1, 'Oak table'],
  [2, 1, 1, 1, '12.00'],
  [2, 2, 1, 1, '14.28'],
  [3, 1, 1, 1, 'on request only'],
  [3, 2, 1, 1, '20.00'],
];

describe('a table with lines around its cells', () => {
  it('has cells over rows and columns where lines are missing, and a head of two rows', () => {
    const found = page(WORDS, RULINGS);
    expect(cells(found)).toEqual(EXPECTED);
    expect(found.tables[0]).toMatchObject({ rows: 4, columns: 3, header: 1, ruled: true, box: [100, 100, 700, 320] });
    expect(found.blocks.map((block) => block.kind)).toEqual(['table']);
  });

  it('is read cell by cell where a cell has several lines', () => {
    const lines = page(WORDS, RULINGS).lines.map((line) => line.text);
    expect(lines.slice(-3)).toEqual(['on request', 'only', '20.00']);
    expect(lines).toContain('12.00 14.28');
  });

  it('is closed where its frame is open on both sides', () => {
    const open = RULINGS.filter((ruling) => !(ruling.x0 === ruling.x1 && (ruling.x0 === 100 || ruling.x0 === 700)));
    expect(cells(page(WORDS, open))).toEqual(EXPECTED);
  });

  it.each([-0.03, 0.02, 0.05])('leans with the page: turned by %d', (angle) => {
    const turn = (x: number, y: number): [number, number] => [
      500 + (x - 500) * Math.cos(angle) - (y - 200) * Math.sin(angle),
      200 + (x - 500) * Math.sin(angle) + (y - 200) * Math.cos(angle),
    ];
    const turned = WORDS.map((word): Word => {
      const [x, y] = turn((word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2);
      const [w, h] = [(word.box[2] - word.box[0]) / 2, 10];
      return { ...word, box: [x - w, y - h, x + w, y + h] };
    });
    const leaning = RULINGS.map(({ x0, y0, x1, y1 }): Ruling => {
      const [a, b] = turn(x0, y0);
      const [c, d] = turn(x1, y1);
      return { x0: a, y0: b, x1: c, y1: d };
    });
    expect(cells(page(turned, leaning, 'ocr'))).toEqual(EXPECTED);
  });

  it('is none where lines frame a text or underline it', () => {
    const frame = [level(90, 90, 710), level(330, 90, 710), upright(90, 90, 330), upright(710, 90, 330)];
    expect(page(words('some words in a frame', 110, 150), frame).tables).toEqual([]);
  });

  it('stands between the paragraphs around it', () => {
    const found = page(
      [...words('Above the table stands a line', 100, 40), ...WORDS, ...words('Below it another one', 100, 380)],
      RULINGS,
    );
    expect(found.blocks.map((block) => block.kind)).toEqual(['text', 'table', 'text']);
  });
});

const coordinate = fc.double({ min: 0, max: 1000, noNaN: true });
const anyRuling = fc.oneof(
  fc
    .tuple(
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 12 }),
      fc.boolean(),
    )
    .map(
      ([at, from, to, across]): Ruling =>
        across ? level(at * 80, from * 80, to * 80 + 40) : upright(at * 80, from * 80, to * 80 + 40),
    ),
  fc.record({ x0: coordinate, y0: coordinate, x1: coordinate, y1: coordinate }),
);
const anyWord = fc
  .record({
    text: fc.string({ minLength: 1, maxLength: 6 }),
    x: coordinate,
    y: coordinate,
    w: fc.nat(200),
    h: fc.nat(60),
  })
  .map(({ text, x, y, w, h }): Word => ({ text, confidence: 0.5, box: [x, y, x + w, y + h] }));
const anyBox = fc
  .tuple(coordinate, coordinate, fc.nat(500), fc.nat(500))
  .map(([x, y, w, h]): [number, number, number, number] => [x, y, x + w, y + h]);

describe('whatever is drawn on a page', () => {
  it('every word appears once, every line is in one block, and no two cells share a place', () => {
    fc.assert(
      fc.property(
        fc.array(anyWord, { maxLength: 50 }),
        fc.array(anyRuling, { maxLength: 40 }),
        fc.array(anyBox, { maxLength: 3 }),
        fc.constantFrom('ocr' as const, 'textLayer' as const),
        (given, rulings, figures, source) => {
          const found = layoutPage({
            number: 1,
            width: 1000,
            height: 1000,
            dpi: 100,
            source,
            words: given,
            rulings,
            figures,
          });
          const key = (one: Word): string => JSON.stringify([one.text, one.box]);
          const known = given.filter((one) => one.text.trim() !== '');
          expect(found.words.map(key).sort()).toEqual(known.map(key).sort());
          let next = 0;
          for (const line of found.lines) {
            expect(line.words[0]).toBe(next);
            next = line.words[1];
          }
          expect(next).toBe(known.length);
          next = 0;
          for (const block of found.blocks) {
            expect(block.lines[0]).toBe(next);
            next = block.lines[1];
          }
          expect(next).toBe(found.lines.length);
          for (const table of found.tables) {
            const places = table.cells.flatMap((cell) =>
              Array.from({ length: cell.rowSpan }, (_, down) =>
                Array.from({ length: cell.columnSpan }, (__, right) => `${cell.row + down}:${cell.column + right}`),
              ).flat(),
            );
            expect(new Set(places).size).toBe(places.length);
            for (const cell of table.cells) {
              expect(cell.row + cell.rowSpan).toBeLessThanOrEqual(table.rows);
              expect(cell.column + cell.columnSpan).toBeLessThanOrEqual(table.columns);
            }
            if (table.ruled) expect(places).toHaveLength(table.rows * table.columns);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is laid out in a bounded time, were it covered with lines', () => {
    const rulings = Array.from({ length: 3000 }, (_, at) =>
      at % 2 === 0 ? level(at, 0, 1000) : upright(at % 1000, 0, 3000),
    );
    const given = Array.from({ length: 2000 }, (_, at) => words('word', (at * 37) % 900, (at * 91) % 2900)).flat();
    const startedAt = process.cpuUsage();
    expect(page(given, rulings).words).toHaveLength(2000);
    expect(process.cpuUsage(startedAt).user / 1000).toBeLessThan(4000);
  });
});
