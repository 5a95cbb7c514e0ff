import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Table } from '../page.ts';
import { tableToCsv } from './csv.ts';
import type { ExportModel } from './model.ts';
import { tableCsv } from './table-csv.ts';
import { tableHtml } from './table-html.ts';
import { writeExport } from './write.ts';

const cell = (row: number, column: number, text: string, rowSpan = 1, columnSpan = 1): Table['cells'][number] => ({
  row,
  column,
  rowSpan,
  columnSpan,
  text,
  box: [0, 0, 1, 1],
});
const TABLE: Table = {
  box: [0, 0, 1, 1],
  rows: 4,
  columns: 3,
  header: 1,
  ruled: true,
  cells: [
    cell(0, 0, 'Item', 2),
    cell(0, 1, 'Price', 1, 2),
    cell(1, 1, 'Net'),
    cell(1, 2, 'Gross'),
    cell(2, 0, 'A <b> & "c"', 2),
    cell(2, 1, '=1+1'),
    cell(3, 2, '-5.00'),
  ],
};

describe('a table as HTML', () => {
  it('has its head apart, spans, and every text escaped', () => {
    expect(tableHtml(TABLE)).toBe(
      '<table>\n<thead>\n' +
        '<tr><th scope="col" rowspan="2">Item</th><th scope="colgroup" colspan="2">Price</th></tr>\n' +
        '<tr><th scope="col">Net</th><th scope="col">Gross</th></tr>\n' +
        '</thead>\n<tbody>\n' +
        '<tr><td rowspan="2">A &lt;b&gt; &amp; &quot;c&quot;</td><td>=1+1</td><td></td></tr>\n' +
        '<tr><td></td><td>-5.00</td></tr>\n' +
        '</tbody>\n</table>\n',
    );
  });

  it('fills each place of the grid exactly once, whatever the cells say', () => {
    const anyCell = fc
      .tuple(fc.integer({ min: -1, max: 6 }), fc.integer({ min: -1, max: 6 }), fc.string(), fc.nat(8), fc.nat(8))
      .map(([row, column, text, down, right]) => cell(row, column, text, down, right));
    fc.assert(
      fc.property(fc.array(anyCell), fc.option(fc.nat(8)), (cells, header) => {
        const html = tableHtml({ ...TABLE, rows: 5, columns: 5, header, cells });
        const span = (tag: string, name: string): number => Number(new RegExp(`${name}="(\\d+)"`).exec(tag)?.[1] ?? 1);
        const areas = [...html.matchAll(/<t[dh](?: [^>]*)?>/g)].map(
          ([tag]) => span(tag, 'rowspan') * span(tag, 'colspan'),
        );
        expect(areas.reduce((sum, area) => sum + area, 0)).toBe(25);
        expect(html.match(/<tr>/g)).toHaveLength(5);
      }),
    );
  });
});

describe('a table as CSV', () => {
  it('has a record a row and starts no formula', () => {
    expect(tableCsv(TABLE)).toBe('Item,Price,\r\n,Net,Gross\r\n"A <b> & ""c""",\'=1+1,\r\n,,-5.00\r\n');
  });
});

describe('tables as they stand on their pages', () => {
  const model: ExportModel = {
    document: {
      id: 'doc_1',
      filename: 'a.pdf',
      mediaType: null,
      sha256: null,
      createdAt: '2026-01-02T03:04:05.000Z',
      metadata: {},
    },
    redacted: false,
    pageAccount: null,
    result: {
      documentType: { name: 'other', confidence: 1 },
      template: 'other',
      fields: [],
      tables: [],
      account: { tables: 0, rows: 0 },
    },
    pages: ['first', 'second'],
    pageTables: [[], [TABLE]],
  };

  it('follow the text of their page in the HTML export', () => {
    const html = [...writeExport(model, 'html')].join('');
    expect(html).toContain(`<pre>second</pre>\n${tableHtml(TABLE)}</section>`);
    expect(html).toContain('<pre>first</pre>\n</section>');
  });

  it('are sheets of their own by page and number', () => {
    expect([...(tableToCsv(model, 'page-2-table-1') ?? [])].join('')).toBe(tableCsv(TABLE));
    expect(tableToCsv(model, 'page-1-table-1')).toBeNull();
    expect(tableToCsv(model, 'page-2-table-0')).toBeNull();
  });
});
