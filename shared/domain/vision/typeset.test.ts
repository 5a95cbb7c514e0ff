import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extract } from '../extraction/extract.ts';
import { type Page, pageText } from '../page.ts';
import { parseVisionOutput } from './parse-vision-output.ts';
import { typeset } from './typeset.ts';
import { withoutPlaces } from './without-places.ts';

const read = (text: string): Page =>
  parseVisionOutput({ text, truncated: false }, { number: 1, width: 1700, height: 2200, dpi: 200 });

const INVOICE = `# INVOICE

Bluebell Cafe Ltd
Invoice number: INV-2041
Invoice date: 3 March 2026

<table><tr><th>Description</th><th>Quantity</th><th>Unit price</th><th>Amount</th></tr>
<tr><td>Tea</td><td>2</td><td>2.50</td><td>5.00</td></tr>
<tr><td>Oat cake with jam</td><td>1</td><td>4.00</td><td>4.00</td></tr></table>

Total: $9.00
<page_number>1/1</page_number>`;

describe('a page without places, typed out', () => {
  it('gives fields and tables as any other, and claims no place for them', () => {
    const page = read(INVOICE);
    const { documentType, fields, tables } = extract([page]);
    expect(documentType.name).toBe('invoice');
    const value = (name: string) => fields.find((field) => field.name === name)?.value;
    expect(value('invoice_number')).toBe('INV-2041');
    expect(value('date')).toBe('2026-03-03');
    expect(value('total')).toMatchObject({ amount: '9.00' });
    expect(tables[0]).toMatchObject({
      name: 'line_items',
      columns: ['description', 'quantity', 'unitPrice', 'amount'],
    });
    expect(tables[0]?.rows.map((row) => row.cells.description)).toEqual(['Tea', 'Oat cake with jam']);
    const boxes = [...fields, ...tables.flatMap((table) => table.rows)].map(({ box }) => box.join());
    expect(new Set(boxes)).toEqual(new Set(['0,0,1700,2200']));
  });

  it('says what it said, in the same order, each word in a place of its own', () => {
    const text = fc
      .array(
        fc.constantFrom('word', '<table>', '</table>', '<tr>', '<td>', '<td rowspan=2>', '\n', '\n\n', '|a|', '# '),
        {
          maxLength: 60,
        },
      )
      .map((parts) => parts.join(' '));
    fc.assert(
      fc.property(text, (written) => {
        const page = read(written);
        const typed = typeset(page);
        expect(pageText(typed)).toBe(pageText(page));
        expect(typed.words.map((word) => word.text)).toEqual(page.words.map((word) => word.text));
        expect(new Set(typed.words.map((word) => word.box.join())).size).toBe(page.words.length);
        expect(withoutPlaces({ ...typed, width: 1700, height: 2200 })).toMatchObject({
          words: page.words,
          lines: page.lines,
          blocks: page.blocks,
        });
        expect(typed.tables).toHaveLength(page.tables.length);
      }),
    );
  });

  it('is typed line by line where tables and lines do not match', () => {
    const page = read(INVOICE);
    const [table] = page.tables;
    if (table === undefined) throw new Error('no table');
    const other = { ...page, tables: [{ ...table, cells: table.cells.slice(1) }] };
    expect(typeset(other).words.map((word) => word.text)).toEqual(page.words.map((word) => word.text));
  });
});
