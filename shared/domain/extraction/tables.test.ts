import { describe, expect, it } from 'vitest';
import { layoutPage } from '../layout/layout-page.ts';
import { extract } from './extract.ts';
import { pageOf } from './page-of.fixture.ts';

/** Tables of a page of fixed pitch, laid out as pages of the pipeline are. */
const tablesOf = (lines: string[]) => extract([layoutPage(pageOf(lines))]).tables;
const cellsOf = (lines: string[]) =>
  tablesOf(lines).map((table) => ({ name: table.name, rows: table.rows.map((row) => Object.values(row.cells)) }));

const ITEMS = [
  'Item      Description                Quantity   Unit price     Amount',
  'OB-20     Folding chair, beech             12        18.50     222.00',
  'OB-31     Table top, 120 cm                 1       640.00     640.00',
  'OB-87     Felt pads                         8         9.75      78.00',
];
const ROWS = [
  ['OB-20', 'Folding chair, beech', '12', '18.50', '222.00'],
  ['OB-31', 'Table top, 120 cm', '1', '640.00', '640.00'],
  ['OB-87', 'Felt pads', '8', '9.75', '78.00'],
];

describe('columns', () => {
  it.each([
    ['code', ['OB-20', 'OB-31', 'OB-87']],
    ['item', ['Chair', 'Table', 'Pads']],
  ])('headed Item beside a Description are the %s, by their values', (name, values) => {
    const lines = ITEMS.map((line, index) => (index === 0 ? line : `${values[index - 1]}${line.slice(5)}`));
    const [table] = tablesOf(lines);
    expect(table?.columns).toEqual([name, 'description', 'quantity', 'unitPrice', 'amount']);
    expect(table?.rows.map((row) => row.cells[name])).toEqual(values);
  });

  it('are the same when the page was not laid out', () => {
    const [table] = extract([pageOf(['INVOICE', ...ITEMS, 'Total   940.00'])]).tables;
    expect(table?.rows.map((row) => row.cells.amount)).toEqual(['222.00', '640.00', '78.00']);
    expect(table?.rows[0]?.cells).toMatchObject({ quantity: '12', unitPrice: '18.50' });
  });
});

describe('sums below the items', () => {
  it.each([
    [
      'in the columns of the items',
      [
        '                                                Subtotal       940.00',
        '                                                   Total       940.00',
      ],
      [
        { name: 'line_items', rows: ROWS },
        {
          name: 'totals',
          rows: [
            ['Subtotal', '940.00'],
            ['Total', '940.00'],
          ],
        },
      ],
    ],
    [
      'with terms of payment beside them',
      [
        '                          Subtotal:                     EUR 940.00',
        'Payment terms: 30 days    VAT 0%:                         EUR 0.00',
        'Bank: Riverside Bank      Total:                        EUR 940.00',
      ],
      [{ name: 'line_items', rows: ROWS }],
    ],
  ])('are no items: %s', (_, foot, expected) => {
    expect(cellsOf([...ITEMS, ...foot])).toEqual(expected);
  });

  it('leave an item alone that is named like a sum', () => {
    const line = 'OB-99     Total station, surveying          1       500.00     500.00';
    expect(cellsOf([...ITEMS, line])[0]?.rows).toHaveLength(4);
  });
});
