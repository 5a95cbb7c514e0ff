import { describe, expect, it } from 'vitest';
import type { ExtractionResult } from '../extraction-result.ts';
import { type Box, type Page, PLAIN_PAGE, type Word } from '../page.ts';
import { DEFAULT_POLICY } from './default-policy.ts';
import { keysOf } from './operators/keys.fixture.ts';
import { DocumentRedactor } from './redact-document.ts';
import { coverage } from './redact-page.ts';
import { applyToStructured } from './redact-structured.ts';

/** A page of lines of words, 10 pixels a letter, 40 a line. */
function pageOf(number: number, lines: readonly string[]): Page {
  const words: Word[] = [];
  const made = lines.map((text, row) => {
    const from = words.length;
    let x = 20;
    for (const part of text.split(' ')) {
      words.push({ text: part, confidence: 1, box: [x, row * 40 + 10, x + part.length * 10, row * 40 + 30] });
      x += part.length * 10 + 10;
    }
    const box: Box = [20, row * 40 + 10, x, row * 40 + 30];
    return { text, confidence: 1, box, words: [from, words.length] as [number, number] };
  });
  return {
    number,
    width: 1000,
    height: 1000,
    dpi: 100,
    source: 'ocr',
    words,
    lines: made,
    blocks: [],
    tables: [],
    ...PLAIN_PAGE,
  };
}

const redact = (pages: readonly Page[], fields?: ExtractionResult) => {
  const redactor = new DocumentRedactor(DEFAULT_POLICY);
  for (const page of pages) redactor.learnPage(page);
  if (fields !== undefined) redactor.learnFields(fields);
  return { redactor, pages: pages.map((page) => redactor.redactPage(page)) };
};

const fieldsOf = (...fields: ExtractionResult['fields']): ExtractionResult => ({
  documentType: { name: 'invoice', confidence: 1 },
  template: 'invoice',
  fields,
  tables: [],
  account: { tables: 0, rows: 0 },
});

describe('DocumentRedactor', () => {
  it('boxes every word of a value that runs over two lines, and drops those words', () => {
    const page = pageOf(1, ['Card 4111 1111', '1111 1111 thanks']);
    const [done] = redact([page]).pages;
    expect(done?.words.map((word) => word.text)).toEqual(['Card', 'thanks']);
    for (const word of page.words.slice(1, 5))
      expect(done?.boxes.some((box) => coverage(word.box, box) === 1)).toBe(true);
  });

  it('boxes a whole word when only a part of it was found', () => {
    const [done] = redact([pageOf(1, ['Mail:jo@example.org,now please'])]).pages;
    expect(done?.words.map((word) => word.text)).toEqual(['please']);
  });

  it('covers the gap between the words of one value', () => {
    const [done] = redact([pageOf(1, ['call +44 20 7946 0958 today'])]).pages;
    expect(done?.boxes).toHaveLength(1);
  });

  it('takes a value found on one page out of all pages', () => {
    const { pages } = redact([
      pageOf(1, ['Patient name: Ottoline Quennell']),
      pageOf(2, ['We saw OTTOLINE', 'Quennell today']),
    ]);
    expect(pages[1]?.words.map((word) => word.text)).toEqual(['We', 'saw', 'today']);
  });

  it('redacts a field by its type where no recognizer knows the value, on the page as well', async () => {
    const page = pageOf(1, ['Kunde xqzt-wvut bezahlt']);
    const fields = fieldsOf({
      name: 'customer_name',
      type: 'person',
      raw: 'xqzt-wvut',
      value: 'xqzt-wvut',
      confidence: 0.9,
      valid: null,
      page: 1,
      box: [80, 10, 170, 30],
    });
    const { redactor, pages } = redact([page], fields);
    expect(pages[0]?.words.map((word) => word.text)).toEqual(['Kunde', 'bezahlt']);
    const tools = { policy: DEFAULT_POLICY, find: redactor.find, keys: keysOf('acme') };
    const { fields: redacted } = await applyToStructured(fields, tools);
    expect(redacted[0]).toMatchObject({ raw: '<PERSON>', value: '<PERSON>' });
  });

  it('keeps the name of an organization in text, page and structure, whatever its field is called', async () => {
    const page = pageOf(1, ['BLUEBELL CAFE', 'Supplier BLUEBELL CAFE']);
    const fields = fieldsOf({
      name: 'supplier_name',
      type: 'organization',
      raw: 'BLUEBELL CAFE',
      value: 'BLUEBELL CAFE',
      confidence: 0.9,
      valid: null,
      page: 1,
      box: [20, 10, 150, 30],
    });
    const { redactor, pages } = redact([page], fields);
    expect(pages[0]).toMatchObject({ boxes: [], entities: [], words: page.words });
    const tools = { policy: DEFAULT_POLICY, find: redactor.find, keys: keysOf('acme') };
    expect((await applyToStructured(fields, tools)).fields[0]).toMatchObject({ value: 'BLUEBELL CAFE' });
  });

  it('writes one placeholder for one value, its comma left alone', () => {
    const fields = fieldsOf({
      name: 'supplier_phone',
      type: 'phone',
      raw: '+44 20 7946 0958',
      value: '+442079460958',
      confidence: 0.9,
      valid: true,
      page: 1,
      box: [80, 10, 260, 30],
    });
    const { pages } = redact([pageOf(1, ['Phone: +44 20 7946 0958, mobile'])], fields);
    expect(pages[0]?.entities.map(({ type, start, end }) => [type, start, end])).toEqual([['PHONE_NUMBER', 7, 23]]);
  });

  it('redacts raw, value and cells in place and leaves the rest of the structure alone', async () => {
    const result: ExtractionResult = {
      ...fieldsOf(
        {
          name: 'note',
          type: 'text',
          raw: 'paid by 4111 1111 1111 1111',
          value: 'paid by 4111111111111111',
          confidence: 1,
          valid: null,
          page: 1,
          box: [0, 0, 1, 1],
        },
        {
          name: 'invoice_number',
          type: 'id',
          raw: 'INV-7',
          value: 'INV-7',
          confidence: 1,
          valid: null,
          page: 1,
          box: [0, 0, 1, 1],
        },
        {
          name: 'total',
          type: 'money',
          raw: '$10.00',
          value: { amount: '10.00', currency: 'USD' },
          confidence: 1,
          valid: true,
          page: 1,
          box: [0, 0, 1, 1],
        },
      ),
      tables: [
        {
          name: 't',
          page: 1,
          columns: ['SSN', 'Qty'],
          rows: [{ page: 1, box: [0, 0, 1, 1], cells: { SSN: '536904399', Qty: '3' } }],
        },
      ],
    };
    const { redactor } = redact([], result);
    const redacted = await applyToStructured(result, {
      policy: DEFAULT_POLICY,
      find: redactor.find,
      keys: keysOf('acme'),
    });
    expect(redacted.fields.map(({ raw }) => raw)).toEqual(['paid by **** **** **** 1111', 'INV-7', '$10.00']);
    expect(redacted.fields[0]?.value).toBe('paid by ************1111');
    expect(redacted.fields[2]?.value).toEqual({ amount: '10.00', currency: 'USD' });
    expect(redacted.tables[0]?.rows[0]?.cells).toEqual({ SSN: '<US_SSN>', Qty: '3' });
  });

  it('leaves a page without personal data untouched', () => {
    const page = pageOf(1, ['The quick brown fox', 'jumps over it']);
    expect(redact([page]).pages[0]).toMatchObject({ boxes: [], words: page.words });
  });
});
