import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Page, pageSchema, pageText } from '../page.ts';
import { parseVisionOutput } from './parse-vision-output.ts';

const SIZE = { number: 3, width: 1700, height: 2200, dpi: 200 };
const read = (text: string, truncated = false): Page => parseVisionOutput({ text, truncated }, SIZE);
const kinds = (page: Page) => page.blocks.map((block) => block.kind);
const linesOf = (page: Page) => page.lines.map((line) => line.text);
const grid = (page: Page, table = 0) =>
  page.tables[table]?.cells.map((cell) => [cell.row, cell.column, cell.rowSpan, cell.columnSpan, cell.text]);

const PAGE = `# Annual report

The **yield** grew, where $y = ax + b$ holds & costs fell by $5.00 to $4.20.

<table><thead><tr><th rowspan="2">Region</th><th colspan="2">Units &amp; <i>value</i></th></tr>
<tr><th>2024</th><th>2025</th></tr></thead>
<tbody><tr><td>North<br>East</td><td>1&nbsp;200</td><td>☑ 1,300</td></tr></tbody></table>

$$
E = mc^2 \\\\
F = ma
$$

- ☐ open
- ☒ crossed
- [x] done

<img>A bar chart of sales.</img>
\`\`\`mermaid
graph TD
  A[Order] --> B[Invoice]
\`\`\`
<signature>Jane Doe</signature>
<watermark>OFFICIAL
COPY</watermark>
<page_number>9/22</page_number>`;

describe('what a vision-language model wrote about a page', () => {
  it('becomes blocks, tables with spans, equations, check boxes, a page number', () => {
    const page = read(PAGE);
    expect(pageSchema.parse(page)).toEqual(page);
    expect(kinds(page)).toEqual([
      ...['title', 'text', 'table', 'equation', 'list', 'figure', 'code', 'signature', 'watermark', 'pageNumber'],
    ]);
    expect(linesOf(page).slice(0, 2)).toEqual([
      'Annual report',
      'The yield grew, where $y = ax + b$ holds & costs fell by $5.00 to $4.20.',
    ]);
    expect(page.tables[0]).toMatchObject({ rows: 3, columns: 3, header: 1, ruled: false });
    expect(grid(page)).toEqual([
      [0, 0, 2, 1, 'Region'],
      [0, 1, 1, 2, 'Units & value'],
      [1, 1, 1, 1, '2024'],
      [1, 2, 1, 1, '2025'],
      [2, 0, 1, 1, 'North East'],
      [2, 1, 1, 1, '1 200'],
      [2, 2, 1, 1, '☑ 1,300'],
    ]);
    expect(page.blocks.find((block) => block.kind === 'equation')?.content).toBe('E = mc^2 \\\\\nF = ma');
    expect(page.blocks.find((block) => block.kind === 'figure')).toMatchObject({ content: 'A bar chart of sales.' });
    expect(page.blocks.find((block) => block.kind === 'code')?.content).toContain('A[Order] --> B[Invoice]');
    expect(page.checkboxes.map((box) => box.state)).toEqual(['checked', 'unchecked', 'crossed', 'checked']);
    expect(page.pageNumber).toEqual({ text: '9/22', number: 9, total: 22 });
    expect(page.geometry).toBe('none');
    expect(new Set(page.words.map((word) => word.box.join()))).toEqual(new Set(['0,0,1700,2200']));
    expect(page.incomplete).toBeUndefined();
  });

  it('says in its text what the page says, and not what a picture was taken to show', () => {
    const text = pageText(read(PAGE));
    for (const said of ['Jane Doe', 'OFFICIAL', 'A[Order]', 'North East', 'E = mc^2', '9/22'])
      expect(text).toContain(said);
    expect(text).not.toContain('bar chart');
  });

  it.each([
    ['14', 14, null],
    ['9/22', 9, 22],
    ['Page 3 of 10', 3, 10],
    ['iv', 4, null],
    ['A-2b', null, null],
  ])('reads the page number %s', (text, number, total) => {
    expect(read(`<page_number>${text}</page_number>`).pageNumber).toMatchObject({ number, total });
  });

  it('reads Markdown tables, with and without a header', () => {
    const page = read(
      '| Item | Price |\n|:---|---:|\n| Tea \\| milk | **2.50** |\n| - | - |\nAfter\n\n| a | b |\n| c | d |',
    );
    expect(page.tables.map((table) => [table.header, table.rows, table.columns])).toEqual([
      [0, 3, 2],
      [null, 2, 2],
    ]);
    expect(grid(page)?.map((cell) => cell[4])).toEqual(['Item', 'Price', 'Tea | milk', '2.50', '-', '-']);
    expect(kinds(page)).toEqual(['table', 'text', 'table']);
  });

  it('takes `Not mentioned.` and noise for what they are', () => {
    expect(read('Not mentioned.')).toMatchObject({ words: [], blocks: [] });
    expect(read('!'.repeat(4000), true)).toMatchObject({ words: [], incomplete: ['truncated', 'garbage'] });
    expect(linesOf(read('________________________'))).toHaveLength(1);
    expect(linesOf(read(''))).toEqual([]);
  });

  it('keeps what was complete when the answer was cut off, and says so', () => {
    const page = read('Intro\n<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr><tr><td>half', true);
    expect(grid(page)?.map((cell) => cell[4])).toEqual(['A', 'B', '1', '2', 'half']);
    expect(page.incomplete).toEqual(['truncated']);
    expect(linesOf(read('Text\n<table><tr><td>A</td></tr><tr><td cols', true))).toEqual(['Text', 'A']);
    // The limit was not reached, yet something was left open.
    expect(read('Text\n<table><tr><td>A</td>').incomplete).toEqual(['truncated']);
    expect(read('Text\n```mermaid\ngraph').incomplete).toEqual(['truncated']);
    expect(linesOf(read('so $$x + y is left open\n\nand goes on'))).toEqual(['so $$x + y is left open', 'and goes on']);
  });

  it('ends a table that was never closed where other text begins', () => {
    const page = read('<table><tr><td>A</td></tr>\n\nThe text goes on.\n<table><tr><td>B</td></tr></table>');
    expect(page.tables).toHaveLength(2);
    expect(linesOf(page)).toEqual(['A', 'The text goes on.', 'B']);
    expect(linesOf(read('<table><tr><td>A</td></tr>\n\nThe text goes on.'))).toEqual(['A', 'The text goes on.']);
  });

  it('survives tags that are nested wrongly, doubled or never closed', () => {
    const page = read('<watermark>COPY <img>seal</watermark></img> rest\n<signature>Ann\nNext line</td></tr></b>');
    expect(linesOf(page)).toEqual(['COPY', 'rest', 'Ann', 'Next line']);
    expect(page.blocks.map((block) => block.content).filter(Boolean)).toEqual(['seal']);
    const nested = read('<table><tr><td>a<table><tr><td>b</td></tr></table>c</td><td>d</td></tr></table>');
    expect(grid(nested)?.map((cell) => cell[4])).toEqual(['a b c', 'd']);
  });

  it('cuts endless repetition to one turn, also in a table', () => {
    const page = read(`Total due\n${'The quick brown fox jumps. '.repeat(400)}The quick`, true);
    expect(page.incomplete).toEqual(['truncated', 'repetition']);
    expect(pageText(page).length).toBeLessThan(60);
    expect(pageText(page)).toContain('Total due');
    const table = read(`<table><tr><td>Name</td></tr>${'<tr><td></td><td></td></tr>\n'.repeat(900)}<tr><td>`, true);
    expect(table.tables[0]?.rows).toBeLessThanOrEqual(3);
    expect(grid(table)?.[0]?.[4]).toBe('Name');
    expect(read(`Dear sir\n${'!'.repeat(3000)}`, true).words.map((word) => word.text)).toEqual(['Dear', 'sir', '!']);
  });

  it('leaves alone what only looks like repetition', () => {
    const form = `<table>${'<tr><td></td><td></td></tr>\n'.repeat(60)}</table>`;
    expect(read(form).tables[0]?.rows).toBe(60);
    expect(read(form).incomplete).toBeUndefined();
    const rows = Array.from({ length: 300 }, (_, n) => `| ${n} | ${n * 7}.00 |`).join('\n');
    expect(read(rows, true)).toMatchObject({ tables: [{ rows: 300 }], incomplete: ['truncated'] });
  });

  it('makes no grid larger than what was written, however far spans reach', () => {
    const cells = Array.from({ length: 300 }, (_, n) => `<td colspan="100">${n}</td>`).join('');
    const page = read(`<table><tr>${cells}</tr><tr><td colspan="99">a</td><td>b</td><td>c</td></tr></table>`);
    expect(page.tables[0]).toMatchObject({ rows: 2, columns: 301 });
    expect(grid(page)?.slice(0, 2)).toEqual([
      [0, 0, 1, 2, '0'],
      [0, 2, 1, 1, '1'],
    ]);
    expect(grid(page)?.slice(-3)).toEqual([
      [1, 0, 1, 1, 'a'],
      [1, 1, 1, 1, 'b'],
      [1, 2, 1, 1, 'c'],
    ]);
  });

  it('takes code for text', () => {
    const page = read(
      '<script>alert(1)</script> <jane@acme.test> a <b &lt;img onerror=x&gt;\n<td onclick="x()">cell</td>',
    );
    expect(linesOf(page)).toEqual(['<script>alert(1)</script> <jane@acme.test> a <b <img onerror=x>', 'cell']);
  });

  it('looks through a fence around the whole answer', () => {
    const page = read('```markdown\n# Title\n\n```python\nx = 1\n```\nText\n```');
    expect(kinds(page)).toEqual(['title', 'code', 'text']);
  });

  it('never throws, and keeps its own rules, whatever it is given', () => {
    const pieces = fc.constantFrom(
      ...['<table>', '</table>', '<tr>', '<td rowspan="9999">', '<td colspan=99999>', '</td>', '<th>', '<caption>'],
      ...['<img>', '</img>', '<img alt="x">', '<watermark>', '</watermark>', '<page_number>', '</page_number>', '<'],
      ...[
        '$$',
        '$',
        '\\[',
        '\\]',
        '```',
        '```mermaid\n',
        '\n',
        '\n\n',
        '|',
        '|---|',
        '☑',
        '# ',
        '- [ ] ',
        '&amp;',
        '&#x0;',
      ],
    );
    const text = fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 60 });
    fc.assert(
      fc.property(text, fc.boolean(), (parts, truncated) => {
        const page = read(parts.join(''), truncated);
        expect(pageSchema.safeParse(page).success).toBe(true);
        for (const line of page.lines)
          expect(
            page.words
              .slice(...line.words)
              .map((word) => word.text)
              .join(' '),
          ).toBe(line.text);
        let at = 0;
        for (const block of page.blocks) {
          expect(block.lines[0]).toBe(at);
          at = block.lines[1];
        }
        expect(at).toBe(page.lines.length);
        for (const table of page.tables)
          for (const cell of table.cells) {
            expect(cell.row + cell.rowSpan).toBeLessThanOrEqual(table.rows);
            expect(cell.column + cell.columnSpan).toBeLessThanOrEqual(table.columns);
          }
      }),
      { numRuns: 400 },
    );
  });

  it('loses no word that stands outside of figures, however the tags stand', () => {
    const tags = fc.constantFrom(
      ...['<table>', '</table>', '<tr>', '</tr>', '<td>', '</td>', '<th>', '<b>', '</b>', '<p>', '<br>', '</img>'],
      ...['<signature>', '</signature>', '<watermark>', '</watermark>', '\n', '\n\n', ' | ', '$$', '```\n', '# ', '- '],
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(tags, fc.nat(9999)), { maxLength: 40 }), (parts) => {
        const words = parts.map(([, n], index) => `w${index}x${n}`);
        const text = parts.map(([tag], index) => `${tag} ${words[index]} `).join('');
        const said = read(text)
          .lines.map((line) => line.text)
          .join(' ');
        for (const word of words) expect(said).toContain(word);
      }),
      { numRuns: 400 },
    );
  });

  it.each([
    ['open tags', '<img '],
    ['tags never closed', '<img><watermark>'],
    ['cells', '<table><tr><td rowspan=65000>'],
    ['wide cells', '<td colspan=65000>'],
    ['attributes', `<td ${'a '.repeat(50)}>`],
    ['dollars', '$$ x '],
    ['dollars and blank lines', '$$\n\n'],
    ['fences', '```x\n'],
    ['bars', '| - '],
    ['rows', '|   |\n'],
    ['stars', '**a'],
    ['spaces', `# ${' '.repeat(5000)}x`],
    ['brackets', '\\['],
    ['half loops', `${'ab'.repeat(300)}c`],
  ])('takes time in proportion to a megabyte of %s', (_name, piece) => {
    // Numbered, so that it is no loop that would be cut before anything else looks at it.
    const parts = Array.from(
      { length: Math.ceil(1_000_000 / (piece.length + 4)) },
      (_, n) => `${piece}${n.toString(36)}`,
    );
    for (const text of [`<table>${parts.join('')}`, parts.join(''), piece.repeat(1_000_000 / piece.length)]) {
      const before = process.cpuUsage();
      read(text, true);
      const { user, system } = process.cpuUsage(before);
      expect((user + system) / 1e6).toBeLessThan(1);
    }
  });
});
