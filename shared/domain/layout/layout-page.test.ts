import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Page, pageSchema, pageText, type Word } from '../page.ts';
import { layoutPage } from './layout-page.ts';

const CHAR = 8;
const HEIGHT = 14;

/** Words of a line of fixed-width letters, its top left corner at x, y. */
const line = (text: string, x: number, y: number, height = HEIGHT): Word[] =>
  [...text.matchAll(/\S+/g)].map((match) => {
    const x0 = x + (match.index * CHAR * height) / HEIGHT;
    return {
      text: match[0],
      confidence: 0.9,
      box: [x0, y, x0 + (match[0].length * CHAR * height) / HEIGHT - 1, y + height],
    };
  });
const page = (words: readonly Word[], height = 1100): Page =>
  layoutPage({ number: 1, width: 850, height, dpi: 100, source: 'ocr', words });
const lines = (words: readonly Word[]): string[] => page(words).lines.map((one) => one.text);

const PROSE = [
  'the quick brown fox jumps over',
  'a lazy dog that sleeps beside',
  'the river while evening falls',
  'and nobody in town remembers',
  'how long it has been sleeping',
];

describe('lines', () => {
  it('are read from left to right and from top to bottom, however the words come', () => {
    const words = [...line('second line here', 50, 140), ...line('first line', 50, 100)].reverse();
    expect(lines(words)).toEqual(['first line', 'second line here']);
  });

  it('keep a label and its far amount together', () => {
    expect(lines([...line('TOTAL', 50, 100), ...line('28.60', 500, 101), ...line('CASH', 50, 130)])).toEqual([
      'TOTAL 28.60',
      'CASH',
    ]);
  });

  it('survive a page that is two degrees askew', () => {
    const tilt = (words: Word[]): Word[] =>
      words.map((word) => {
        const down = word.box[0] * Math.tan((2 * Math.PI) / 180);
        return { ...word, box: [word.box[0], word.box[1] + down, word.box[2], word.box[3] + down] };
      });
    const words = [0, 1, 2, 3].flatMap((row) => tilt(line(PROSE.join(' ').slice(0, 90), 50, 100 + row * 24)));
    expect(page(words).lines).toHaveLength(4);
  });
});

describe('reading order', () => {
  it('reads two columns of prose one after the other, a heading across both first', () => {
    const words = [
      ...line('A heading across both of the columns of this page', 180, 90),
      ...PROSE.flatMap((text, row) => [
        ...line(text, 50, 150 + row * 20),
        ...line(text.toUpperCase(), 450, 153 + row * 20),
      ]),
    ];
    expect(lines(words)).toEqual([
      'A heading across both of the columns of this page',
      ...PROSE,
      ...PROSE.map((text) => text.toUpperCase()),
    ]);
  });

  it('reads three columns', () => {
    const narrow = PROSE.map((text) => text.slice(0, 24).trim());
    const words = [0, 1, 2].flatMap((column) =>
      narrow.flatMap((text, row) => line(`${text}${column}`, 40 + column * 270, 100 + row * 20)),
    );
    expect(lines(words)).toEqual([0, 1, 2].flatMap((column) => narrow.map((text) => `${text}${column}`)));
  });

  it('reads labels and values row by row', () => {
    const rows = [
      ['Invoice number', 'INV-2201'],
      ['Invoice date', '2 March 2026'],
      ['Due date', '1 April 2026'],
      ['Customer', 'Harbour Bakery Ltd'],
    ] as const;
    const words = rows.flatMap(([label, value], row) => [
      ...line(label, 50, 100 + row * 22),
      ...line(value, 420, 100 + row * 22),
    ]);
    expect(lines(words)).toEqual(rows.map((row) => row.join(' ')));
  });
});

describe('blocks', () => {
  it('part at wide gaps; titles, heads and feet are told by height and place', () => {
    const found = page([
      ...line('Annual letter', 50, 20),
      ...line('The year in short', 50, 120, 30),
      ...PROSE.flatMap((text, row) => line(text, 50, 200 + row * 20)),
      ...PROSE.flatMap((text, row) => line(text, 50, 400 + row * 20)),
      ...line('Page 1 of 3', 380, 1060),
    ]);
    expect(found.blocks.map((block) => block.kind)).toEqual(['header', 'title', 'text', 'text', 'pageNumber']);
    expect(pageText(found).split('\n\n')).toHaveLength(5);
  });
});

describe('tables', () => {
  const rows = [
    ['Item', 'Quantity', 'Unit price', 'Amount'],
    ['Wheat flour', '12', '3.20', '38.40'],
    ['Fresh yeast', '4', '1.10', '4.40'],
    ['Sea salt', '2', '0.90', '1.80'],
  ] as const;
  const columns = [50, 300, 450, 620];
  const table = rows.flatMap((cells, row) => cells.flatMap((cell, i) => line(cell, columns[i] ?? 0, 300 + row * 24)));

  it('are found without rulings, with their header and every cell', () => {
    const found = page([...PROSE.flatMap((text, row) => line(text, 50, 100 + row * 20)), ...table]);
    expect(found.tables).toHaveLength(1);
    expect(found.tables[0]).toMatchObject({ rows: 4, columns: 4, header: 0 });
    expect(found.tables[0]?.cells.map((cell) => [cell.row, cell.column, cell.text])).toEqual(
      rows.flatMap((cells, row) => cells.map((cell, column) => [row, column, cell])),
    );
    expect(found.blocks.map((block) => block.kind)).toEqual(['text', 'table']);
  });

  it('are not made of prose', () => {
    expect(page(PROSE.flatMap((text, row) => line(text, 50, 100 + row * 20))).tables).toEqual([]);
  });

  it('leave an empty cell empty', () => {
    const without = table.filter((word) => word.text !== '1.10');
    const cells = page(without).tables[0]?.cells ?? [];
    expect(cells.filter((cell) => cell.row === 2).map((cell) => cell.column)).toEqual([0, 1, 3]);
  });
});

describe('any page', () => {
  const word = fc
    .record({
      text: fc.string({ minLength: 1, maxLength: 8 }),
      x: fc.double({ min: 0, max: 800, noNaN: true }),
      y: fc.double({ min: 0, max: 1000, noNaN: true }),
      width: fc.double({ min: 0, max: 300, noNaN: true }),
      height: fc.double({ min: 0, max: 80, noNaN: true }),
    })
    .map(({ text, x, y, width, height }): Word => ({ text, confidence: 0.5, box: [x, y, x + width, y + height] }));
  const words = fc.array(word, { maxLength: 60 });

  it('has every word that is not blank exactly once, in one line, in one block', () => {
    fc.assert(
      fc.property(words, (given) => {
        const found = page(given);
        const key = (one: Word): string => JSON.stringify([one.text, one.box]);
        expect(found.words.map(key).sort()).toEqual(
          given
            .filter((one) => one.text.trim() !== '')
            .map(key)
            .sort(),
        );
        let next = 0;
        for (const one of found.lines) {
          expect(one.words[0]).toBe(next);
          expect(one.words[1]).toBeGreaterThan(next);
          next = one.words[1];
        }
        expect(next).toBe(found.words.length);
        next = 0;
        for (const block of found.blocks) {
          expect(block.lines[0]).toBe(next);
          next = block.lines[1];
        }
        expect(next).toBe(found.lines.length);
        expect(pageSchema.safeParse(found).success).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('has tables whose cells lie in the grid and never share a place', () => {
    fc.assert(
      fc.property(words, (given) => {
        for (const table of page(given).tables) {
          const places = table.cells.flatMap((cell) =>
            Array.from({ length: cell.columnSpan }, (_, i) => `${cell.row}:${cell.column + i}`),
          );
          expect(new Set(places).size).toBe(places.length);
          for (const cell of table.cells) {
            expect(cell.row).toBeLessThan(table.rows);
            expect(cell.column + cell.columnSpan).toBeLessThanOrEqual(table.columns);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is laid out in a bounded time, were it covered with words', () => {
    const many = Array.from({ length: 20_000 }, (_, i): Word => {
      const x = (i * 7919) % 800;
      const y = (i * 104_729) % 1000;
      return { text: `w${i}`, confidence: 1, box: [x, y, x + 5, y + 3] };
    });
    const startedAt = performance.now();
    expect(page(many).words).toHaveLength(many.length);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
