import { describe, expect, it } from 'vitest';
import type { Table, Word } from '../page.ts';
import { layoutPage } from './layout-page.ts';

const CHAR = 10;
const HEIGHT = 20;
type Side = 'left' | 'right' | 'middle';

/** A text whose left edge, right edge or middle is at x. */
function words(text: string, x: number, y: number, side: Side = 'left'): Word[] {
  const width = text.length * CHAR;
  const from = side === 'left' ? x : side === 'right' ? x - width : x - width / 2;
  return [...text.matchAll(/\S+/g)].map((match) => ({
    text: match[0],
    confidence: 1,
    box: [from + match.index * CHAR, y, from + (match.index + match[0].length) * CHAR, y + HEIGHT],
  }));
}

interface Column {
  x: number;
  side: Side;
  /** Where its header stands, if elsewhere. */
  head?: [number, Side];
}

/** Rows of cells, the first the header; `''` leaves a place empty. */
const rowsIn = (columns: readonly Column[], rows: readonly (readonly string[])[], y = 200, pitch = 36): Word[] =>
  rows.flatMap((cells, row) =>
    cells.flatMap((text, index) => {
      const column = columns[index];
      if (text === '' || column === undefined) return [];
      const [x, side] = row === 0 && column.head !== undefined ? column.head : [column.x, column.side];
      return words(text, x, y + row * pitch, side);
    }),
  );

const tablesOf = (given: readonly Word[]): Table[] =>
  layoutPage({ number: 1, width: 1654, height: 2339, dpi: 200, source: 'textLayer', words: given }).tables;

const textsOf = (table: Table | undefined): string[][] =>
  Array.from({ length: table?.rows ?? 0 }, (_, row) =>
    Array.from(
      { length: table?.columns ?? 0 },
      (__, column) => table?.cells.find((cell) => cell.row === row && cell.column === column)?.text ?? '',
    ),
  );

/** Headers centred over numbers that are set right and reach nowhere near them, as word processors set them. */
const CENTRED: Column[] = [
  { x: 160, side: 'left', head: [250, 'middle'] },
  { x: 350, side: 'left', head: [650, 'middle'] },
  { x: 1150, side: 'right', head: [1060, 'middle'] },
  { x: 1375, side: 'right', head: [1270, 'middle'] },
  { x: 1560, side: 'right', head: [1480, 'middle'] },
];
const ITEMS = [
  ['Item', 'Description', 'Quantity', 'Unit price', 'Amount'],
  ['OB-20', 'Folding chair, beech', '12', '18.50', '222.00'],
  ['OB-31', 'Table top, 120 cm', '1', '640.00', '640.00'],
  ['OB-87', 'Felt pads', '8', '9.75', '78.00'],
];

/** A sheet: headers set left, numbers right, a unit one space behind its number. */
const SHEET: Column[] = [
  { x: 160, side: 'left' },
  { x: 370, side: 'left' },
  { x: 1010, side: 'right', head: [870, 'left'] },
  { x: 1020, side: 'left' },
  { x: 1264, side: 'right', head: [1123, 'left'] },
  { x: 1453, side: 'right', head: [1272, 'left'] },
];
const STOCK = [
  ['Item', 'Description', 'Quantity', 'Unit', 'Unit price', 'Amount'],
  ['KL-1', 'Pine board 20 x 90 mm', '120', 'pcs', '14.8', '1776'],
  ['KL-2', 'Ash board', '16', 'pcs', '61.5', '984'],
  ['KL-3', 'Screws, box of 200', '4', 'box', '18.9', '75.6'],
  ['KL-4', 'Glue', '12', 'can', '38.4', '460.8'],
];

describe('columns', () => {
  it.each([
    ['headers centred over numbers set right', CENTRED, ITEMS],
    ['a number and its unit a mere space apart, under two headers', SHEET, STOCK],
  ] satisfies [string, Column[], string[][]][])('are told apart with %s', (_, columns, rows) => {
    const [table, ...others] = tablesOf(rowsIn(columns, rows));
    expect(others).toEqual([]);
    expect(table).toMatchObject({ header: 0 });
    expect(textsOf(table)).toEqual(rows);
  });

  it('stay one where only one header stands over words that part at one place by chance', () => {
    const columns: Column[] = [
      { x: 160, side: 'left' },
      { x: 1264, side: 'right' },
      { x: 1453, side: 'right' },
    ];
    const rows = [
      ['Description', 'Quantity', 'Amount'],
      ['Red chair', '1', '20.00'],
      ['Oak table', '2', '90.00'],
      ['Old bench', '3', '30.00'],
    ];
    expect(textsOf(tablesOf(rowsIn(columns, rows))[0])).toEqual(rows);
  });

  it('keep an empty header over a column without one', () => {
    const rows = [['Name', '', 'Total'], ...['Ada', 'Eve', 'Sam'].map((name, i) => [name, 'yes', `${i + 4}.00`])];
    const columns: Column[] = [
      { x: 160, side: 'left' },
      { x: 500, side: 'left' },
      { x: 900, side: 'right' },
    ];
    expect(textsOf(tablesOf(rowsIn(columns, rows))[0])).toEqual(rows);
  });
});

describe('the foot of a table', () => {
  const foot = (rows: readonly (readonly [string, string, string])[]): Word[] =>
    rows.flatMap(([left, label, amount], row) => [
      ...words(left, 160, 344 + row * 36),
      ...words(label, 945, 344 + row * 36),
      ...words(amount, 1566, 344 + row * 36, 'right'),
    ]);

  it.each([
    [
      'sums in two cells',
      [
        ['', 'Subtotal:', 'EUR 940.00'],
        ['', 'Total:', 'EUR 940.00'],
      ],
    ],
    [
      'sums with terms of payment beside them',
      [
        ['', 'Subtotal:', 'EUR 940.00'],
        ['Payment terms: thirty days net.', 'VAT 0%:', 'EUR 0.00'],
        ['Bank: Riverside Bank, Bristol', 'Total:', 'EUR 940.00'],
      ],
    ],
    [
      'more sums than there are items',
      [
        ['', 'Subtotal:', 'EUR 940.00'],
        ['', 'Discount:', 'EUR 0.00'],
        ['', 'Freight:', 'EUR 0.00'],
        ['', 'VAT 0%:', 'EUR 0.00'],
        ['', 'Total:', 'EUR 940.00'],
      ],
    ],
  ] satisfies [string, [string, string, string][]][])('is none of its rows: %s', (_, rows) => {
    const tables = tablesOf([...rowsIn(CENTRED, ITEMS), ...foot(rows)]);
    expect(tables.map(textsOf)).toEqual([ITEMS]);
  });

  it('stays where a row of sums keeps to the columns', () => {
    const rows = [...ITEMS, ['', '', '21', '', '940.00']];
    expect(textsOf(tablesOf(rowsIn(CENTRED, rows))[0])).toEqual(rows);
  });

  it('is no table of its own when it is labels beside their values', () => {
    expect(
      tablesOf(
        rowsIn(
          [
            { x: 160, side: 'left' },
            { x: 700, side: 'right' },
          ],
          [
            ['Subtotal:', 'GBP 12.00'],
            ['VAT 20%:', 'GBP 2.40'],
            ['Total:', 'GBP 14.40'],
          ],
        ),
      ),
    ).toEqual([]);
  });
});

describe('wrapped cells', () => {
  const COLUMNS: Column[] = [
    { x: 160, side: 'left' },
    { x: 350, side: 'left' },
    { x: 1000, side: 'right' },
    { x: 1300, side: 'right' },
  ];
  const HEAD = ['Code', 'Description', 'Quantity', 'Amount'];
  /** Lines of a page, each with its y. */
  const set = (lines: readonly (readonly [number, readonly string[]])[]): Word[] =>
    lines.flatMap(([y, cells]) => rowsIn(COLUMNS, [cells], y));

  it.each([
    [
      'set tighter than rows',
      [
        [200, HEAD],
        [250, ['A-1', 'Writing desk with', '2', '640.00']],
        [276, ['', 'two drawers', '', '']],
        [326, ['A-2', 'Lamp', '1', '36.00']],
      ],
      [HEAD, ['A-1', 'Writing desk with two drawers', '2', '640.00'], ['A-2', 'Lamp', '1', '36.00']],
    ],
    [
      'set as wide as rows, where the next word had no room',
      [
        [200, HEAD],
        [230, ['A-1', 'Writing desk made of old oak with', '2', '640.00']],
        [260, ['', 'fourteen drawers', '', '']],
        [290, ['A-2', 'Lamp', '1', '36.00']],
      ],
      [
        HEAD,
        ['A-1', 'Writing desk made of old oak with fourteen drawers', '2', '640.00'],
        ['A-2', 'Lamp', '1', '36.00'],
      ],
    ],
    [
      'in the header',
      [
        [200, HEAD],
        [226, ['', '', 'ordered', 'in EUR']],
        [276, ['A-1', 'Desk', '2', '640.00']],
        [326, ['A-2', 'Lamp', '1', '36.00']],
      ],
      [
        ['Code', 'Description', 'Quantity ordered', 'Amount in EUR'],
        ['A-1', 'Desk', '2', '640.00'],
        ['A-2', 'Lamp', '1', '36.00'],
      ],
    ],
    [
      'not: a heading among the rows',
      [
        [200, HEAD],
        [230, ['A-1', 'Writing desk made of old oak wood', '2', '640.00']],
        [260, ['', 'Spare parts', '', '']],
        [290, ['A-2', 'A', '1', '36.00']],
        [320, ['A-3', 'Writing desk made of old oak with drawers', '1', '36.00']],
      ],
      [
        HEAD,
        ['A-1', 'Writing desk made of old oak wood', '2', '640.00'],
        ['', 'Spare parts', '', ''],
        ['A-2', 'A', '1', '36.00'],
        ['A-3', 'Writing desk made of old oak with drawers', '1', '36.00'],
      ],
    ],
  ] satisfies [string, [number, string[]][], string[][]][])('join their row: %s', (_, lines, expected) => {
    expect(tablesOf(set(lines)).map(textsOf)).toEqual([expected]);
  });
});
