import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { tableToCsv } from './csv.ts';
import { csvCell } from './csv-cell.ts';
import type { ExportModel } from './model.ts';
import { writeExport } from './write.ts';

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      '`',
      '|',
      '\\',
      '=',
      '+',
      '-',
      '@',
      '\t',
      '\r',
      '\n',
      '\0',
      ',',
      ';',
      ' ',
      'a',
      '1',
      '\ud800',
      ']',
      '[',
    ),
    maxLength: 20,
  }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://evil","x")',
    '-12.50',
    '-2+3+cmd|x',
    ']]>',
    '<!-- -->',
    '\u0000\u0008',
    '| a | b |',
    '[x](javascript:alert(1))',
    '`code`',
    '  =1',
    '＝1',
  ),
);

const modelOf = fc.record({ name: nasty, value: nasty, cell: nasty, page: nasty, column: nasty, meta: nasty }).map(
  ({ name, value, cell, page, column, meta }): ExportModel => ({
    document: {
      id: 'doc_1',
      filename: name,
      mediaType: 'text/plain',
      sha256: null,
      createdAt: '2024-01-02T03:04:05.000Z',
      metadata: { [meta]: value },
    },
    redacted: false,
    pageAccount: { total: 1, ocr: 0, textLayer: 1, failed: 0 },
    result: {
      documentType: { name: 'invoice', confidence: 0.9 },
      template: 'invoice',
      fields: [
        { name, type: 'text', raw: value, value, confidence: 0.5, valid: null, page: 1, box: [0, 0, 1, 1] },
        {
          name: 'total',
          type: 'money',
          raw: '1',
          value: { amount: '-12.50', currency: 'EUR' },
          confidence: 0.5,
          valid: true,
          page: 1,
          box: [0, 0, 1, 1],
        },
      ],
      tables: [{ name, page: 1, columns: [column], rows: [{ page: 1, box: [0, 0, 1, 1], cells: { [column]: cell } }] }],
      account: { tables: 1, rows: 1 },
    },
    pages: [page],
  }),
);
const written = (model: ExportModel, format: 'json' | 'xml' | 'csv' | 'html' | 'md'): string =>
  [...writeExport(model, format)].join('');

/** RFC 4180, strictly; throws on anything else. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      for (at++; ; at++) {
        if (at >= text.length) throw new Error('quote not closed');
        if (text[at] !== '"') cell += text[at];
        else if (text[at + 1] === '"') cell += text[++at];
        else break;
      }
      at++;
    } else {
      while (at < text.length && !/[",\r\n]/.test(text[at] ?? '')) cell += text[at++];
    }
    row.push(cell);
    if (text[at] === ',') at++;
    else if (text.startsWith('\r\n', at)) {
      rows.push(row);
      row = [];
      at += 2;
    } else throw new Error(`unexpected character at ${at}`);
  }
  return rows;
}

describe('json', () => {
  it('holds the whole structure, whatever the document holds', () => {
    fc.assert(
      fc.property(modelOf, (model) => {
        const parsed = JSON.parse(written(model, 'json'));
        expect(parsed.fields).toEqual(JSON.parse(JSON.stringify(model.result.fields)));
        expect(parsed.tables).toEqual(JSON.parse(JSON.stringify(model.result.tables)));
        expect(parsed.pages).toEqual(
          JSON.parse(JSON.stringify(model.pages.map((text, i) => ({ number: i + 1, text })))),
        );
        expect(parsed.account).toEqual({ tables: 1, rows: 1 });
        expect(parsed.pageAccount).toEqual(model.pageAccount);
      }),
    );
  });
  it('is valid with nothing in it', () => {
    const [base] = fc.sample(modelOf, 1);
    if (base === undefined) throw new Error('no sample');
    const empty = { ...base, pages: [], pageAccount: null, result: { ...base.result, fields: [], tables: [] } };
    expect(JSON.parse(written(empty, 'json'))).toMatchObject({ fields: [], tables: [], pages: [], pageAccount: null });
  });
});

describe('xml', () => {
  it('is well-formed and gives the text back but for what XML cannot write', () => {
    const parser = new XMLParser({
      ignoreAttributes: false,
      trimValues: false,
      parseTagValue: false,
      processEntities: true,
      htmlEntities: true,
    });
    fc.assert(
      fc.property(modelOf, (model) => {
        const xml = written(model, 'xml');
        expect(XMLValidator.validate(xml)).toBe(true);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
        expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
        expect(xml.isWellFormed()).toBe(true);
        const parsed = parser.parse(xml);
        expect(parsed.document.fields.field).toHaveLength(2);
        expect(parsed.document.tables.table.row.cell).toBeDefined();
      }),
    );
  });
  it('writes markup as text', () => {
    const [base] = fc.sample(modelOf, 1);
    if (base === undefined) throw new Error('no sample');
    const xml = written({ ...base, pages: ['<b>&"\u0001]]>'] }, 'xml');
    expect(xml).toContain('<page number="1">&lt;b&gt;&amp;&quot;]]&gt;</page>');
  });
});

describe('csv', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1+1', "'+1+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    [' =1', `' =1`],
    ['＝1', "'＝1"],
    ['-12.50', '-12.50'],
    ['-1,234.50', '"-1,234.50"'],
    ['+5%', '+5%'],
    ['-5.5.5', "'-5.5.5"],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['a\nb', '"a\nb"'],
    ['plain', 'plain'],
    ['', ''],
  ])('writes %j as %j', (text, cell) => expect(csvCell(text)).toBe(cell));

  it('round-trips by RFC 4180, eleven cells a record, and no cell starts a formula', () => {
    fc.assert(
      fc.property(modelOf, (model) => {
        const rows = parseCsv(written(model, 'csv'));
        expect(rows.every((row) => row.length === 11)).toBe(true);
        expect(rows).toHaveLength(4);
        for (const cell of rows.flat()) {
          expect(cell).toMatch(/^(?:[^=+\-@\t\r\n＝＋－＠]|$|[+-]?[\d,]*\d(?:\.\d+)?%?$)/u);
        }
        const raw = model.result.fields[0]?.raw.replaceAll('\0', '') ?? '';
        expect([raw, `'${raw}`]).toContain(rows[1]?.[7]);
        expect(rows[2]?.[5]).toBe('-12.50');
        expect([...(tableToCsv(model, model.result.tables[0]?.name ?? '') ?? [])]).toHaveLength(2);
      }),
    );
  });
  it('has no table of a name that is not there', () => {
    const [base] = fc.sample(modelOf, 1);
    expect(base && tableToCsv(base, 'no such table at all')).toBeNull();
  });
});

describe('html', () => {
  const skeleton = (html: string): string => html.replace(/<style>.*?<\/style>/s, '').replace(/>[^<]*/g, '>');
  it('lets nothing of the document become markup: the tags are the same whatever it holds', () => {
    const [first] = fc.sample(modelOf, 1);
    if (first === undefined) throw new Error('no sample');
    const expected = skeleton(written(first, 'html'));
    fc.assert(
      fc.property(modelOf, (model) => {
        const html = written(model, 'html');
        expect(skeleton(html)).toBe(expected);
        expect(html).not.toMatch(/<script|<img|<a |<link|<iframe/i);
        expect(html).toContain("default-src 'none'");
      }),
    );
  });
});

describe('markdown', () => {
  it('keeps every table row one row of its columns and lets no markup or link through', () => {
    fc.assert(
      fc.property(modelOf, (model) => {
        const html = marked.parse(written(model, 'md'), { async: false, gfm: true });
        expect(html).not.toMatch(/<(?:script|img|a|iframe|em|strong|del|code|pre|ul|ol|blockquote|hr)[ >]/);
        expect(html.match(/<table>/g)).toHaveLength(2);
        expect(html.match(/<tr>/g)).toHaveLength(3 + 2);
      }),
    );
  });
});
