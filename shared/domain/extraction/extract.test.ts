import { describe, expect, it } from 'vitest';
import { extractionResultSchema } from '../extraction-result.ts';
import type { Page } from '../page.ts';
import { CATALOGUE } from './catalogue/index.ts';
import { fieldDefinitionInputSchema, templateInputSchema } from './custom.ts';
import { extract } from './extract.ts';
import { pageOf } from './page-of.fixture.ts';

const valuesOf = (pages: Page[], custom?: Parameters<typeof extract>[1]) => {
  const result = extract(pages, custom);
  expect(extractionResultSchema.parse(result)).toEqual(result);
  return { result, values: Object.fromEntries(result.fields.map((field) => [field.name, field.value])) };
};

const INVOICE = [
  'Nordwind Trading GmbH                                        INVOICE',
  'Hafenstrasse 12',
  '20457 Hamburg',
  'VAT ID: DE136695976                       Invoice No: NW-2024-0117',
  'Phone: +49 40 3012 3456                   Invoice Date: 03/04/2024',
  '                                          Due Date: 25/04/2024',
  'Bill to: Example Stores Ltd',
  '',
  'Description                 Qty      Unit price      Amount',
  'Oak shelf, 80 cm              4           49.90      199.60',
  'Delivery, second floor        1           25.00       25.00',
  'Wall plugs                   10            0.54        5.40',
  '',
  '                                  Subtotal           230.00',
  '                                  VAT 19%             43.70',
  '                                  Total EUR          273.70',
  '',
  'IBAN: DE89 3704 0044 0532 0130 00',
];

describe('values beside labels', () => {
  it('gives both ends of a period written in one breath, and no title for the name of a bank', () => {
    const { values } = valuesOf([
      pageOf([
        'Wyvern Savings                                       BANK STATEMENT',
        'Account number: 31926819      Sort code: 60-16-13',
        'Statement period: 1 January 2026 to 31 January 2026',
        'Opening balance: GBP 2,416.32',
        'Closing balance: GBP 6,190.88',
        'Page 1 Wyvern Savings Bank, 2 Quay Street, Cardiff CF10 1BW',
      ]),
    ]);
    expect(values).toMatchObject({ period_start: '2026-01-01', period_end: '2026-01-31' });
    expect(values).not.toHaveProperty('bank_name');
  });

  it('ends a name before what else stands on its line', () => {
    const { values } = valuesOf([
      pageOf([
        'PURCHASE ORDER',
        'PO number: PO-2026-1187',
        'Supplier: Brennan Building Supplies',
        'Contact: Tomasz Wilk, tomasz.wilk@oakridge-homes.example, +44 20 7946 0876',
        'Delivery date: 23 February 2026',
      ]),
    ]);
    expect(values).toMatchObject({ supplier_name: 'Brennan Building Supplies', contact_person: 'Tomasz Wilk' });
  });

  it('takes no line of another label for an address, and no date for an account', () => {
    const { values } = valuesOf([
      pageOf([
        'Zanzibar Holdings Ltd                     INVOICE',
        'Invoice No: INV-2291',
        'Card: 4111 1111 1111 1111',
        'Delivery Street: 12 Baker Street, London NW1 6XE',
        'Please pay to the account above by 2026-12-01.',
        'Total EUR 273.70',
      ]),
    ]);
    expect(values).not.toHaveProperty('supplier_address');
    expect(values).not.toHaveProperty('account_number');
  });
});

describe('an invoice', () => {
  const { result, values } = valuesOf([pageOf(INVOICE)]);

  it('is known as one', () => {
    expect(result.documentType.name).toBe('invoice');
    expect(result.documentType.confidence).toBeGreaterThan(0.6);
  });
  it('gives typed values; the due date decides how the ambiguous invoice date is read', () => {
    expect(values).toMatchObject({
      invoice_number: 'NW-2024-0117',
      date: '2024-04-03',
      due_date: '2024-04-25',
      supplier_name: 'Nordwind Trading GmbH',
      supplier_tax_id: 'DE136695976',
      supplier_phone: '+494030123456',
      customer_name: 'Example Stores Ltd',
      subtotal: { amount: '230.00', currency: 'EUR' },
      tax_amount: { amount: '43.70', currency: 'EUR' },
      tax_rate: 19,
      total: { amount: '273.70', currency: 'EUR' },
      iban: 'DE89370400440532013000',
    });
  });
  it('says of each value where it stands and whether its checksum holds', () => {
    const iban = result.fields.find((field) => field.name === 'iban');
    expect(iban).toMatchObject({ valid: true, page: 1, raw: 'DE89 3704 0044 0532 0130 00' });
    expect(iban?.box[1]).toBeGreaterThan(300);
  });
  it('gives its line items as rows, all accounted for', () => {
    expect(result.tables).toHaveLength(1);
    expect(result.tables[0]?.columns).toEqual(['description', 'quantity', 'unitPrice', 'amount']);
    expect(result.tables[0]?.rows.map((row) => row.cells)).toEqual([
      { description: 'Oak shelf, 80 cm', quantity: '4', unitPrice: '49.90', amount: '199.60' },
      { description: 'Delivery, second floor', quantity: '1', unitPrice: '25.00', amount: '25.00' },
      { description: 'Wall plugs', quantity: '10', unitPrice: '0.54', amount: '5.40' },
    ]);
    expect(result.account).toEqual({ tables: 1, rows: 3 });
  });
  it('trusts a total less when the arithmetic does not hold', () => {
    const wrong = extract([pageOf(INVOICE.map((line) => line.replace('230.00', '231.00')))]);
    const confidence = (name: string, from = result) =>
      from.fields.find((field) => field.name === name)?.confidence ?? 0;
    expect(confidence('subtotal', wrong)).toBeLessThan(confidence('subtotal'));
    expect(confidence('total', wrong)).toBeLessThan(confidence('total'));
  });
  it('still finds labels through OCR errors', () => {
    const noisy = INVOICE.map((line) =>
      line.replace('Invoice No', 'lnvoice No').replace('Subtotal', 'Subtota1').replace('Due Date', 'Due Dale'),
    );
    expect(valuesOf([pageOf(noisy)]).values).toMatchObject({
      subtotal: { amount: '230.00' },
      invoice_number: 'NW-2024-0117',
    });
  });
});

describe('other documents', () => {
  it.each([
    [
      'receipt',
      [
        'CORNER BAKERY SDN BHD',
        '(1072825-A)',
        'NO. 5, JALAN BESAR,',
        '50480 KUALA LUMPUR',
        'TEL: 03-3362 4395',
        'TAX INVOICE',
        'DATE: 20/12/2017 07:10 PM',
        'CASHIER: ANNA',
        'BREAD            5.50',
        'COFFEE           4.50',
        'SUB TOTAL       10.00',
        'SERVICE TAX      0.60',
        'TOTAL           10.60',
        'CASH            20.00',
        'CHANGE           9.40',
        'THANK YOU',
      ],
      {
        supplier_name: 'CORNER BAKERY SDN BHD',
        supplier_address: 'NO. 5, JALAN BESAR, 50480 KUALA LUMPUR',
        date: '2017-12-20',
        total: { amount: '10.60', currency: null },
        change: { amount: '9.40', currency: null },
      },
    ],
    [
      'bank_statement',
      [
        'ACCOUNT STATEMENT',
        'Account number: 12345678',
        'Opening balance      1,000.00',
        'Date          Description          Debit      Credit      Balance',
        '01/02/2023    Salary                          500.00     1,500.00',
        '15/02/2023    Rent                 700.00                  800.00',
        'Total credits        500.00',
        'Total debits         700.00',
        'Closing balance      800.00',
      ],
      { opening_balance: { amount: '1000.00', currency: null }, closing_balance: { amount: '800.00', currency: null } },
    ],
    [
      'identity_document',
      ['PASSPORT', 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'],
      {
        surname: 'ERIKSSON',
        given_names: 'ANNA MARIA',
        date_of_birth: '1974-08-12',
        document_number: 'L898902C3',
        sex: 'F',
      },
    ],
    [
      'purchase_order',
      [
        'PURCHASE ORDER',
        'PO Number: PO-7788',
        'Order Date: 2024-05-06',
        'Vendor: Acme Ltd',
        'Ship to: Depot 4, Long Road 9',
      ],
      { order_number: 'PO-7788', order_date: '2024-05-06' },
    ],
    [
      'letter',
      [
        'Berlin, 3 May 2022',
        'Subject: Your visit',
        'Dear Ms Example,',
        'thank you for your letter.',
        'Kind regards',
        'Sam',
      ],
      { date: '2022-05-03', subject: 'Your visit' },
    ],
    [
      'contract',
      [
        'LEASE AGREEMENT',
        'This agreement is made between the parties.',
        'Effective date: 1 June 2021',
        'Landlord: Haus AG',
        'Governing law: Switzerland',
      ],
      { effective_date: '2021-06-01', party_a: 'Haus AG', governing_law: 'Switzerland' },
    ],
    [
      'form',
      [
        'APPLICATION FORM',
        'Please print',
        'First name: Ada',
        'Last name: Byron',
        'Shoe size: 38',
        'Favourite colour: green',
        'Yes / No',
        'Signature: ______',
        'City: Basel',
      ],
      { given_names: 'Ada', surname: 'Byron', shoe_size: '38', favourite_colour: 'green', city: 'Basel' },
    ],
    ['generic', ['Notes', 'Nothing to see here', 'Colour: blue'], { colour: 'blue' }],
  ])('are known: %s', (type, lines, expected) => {
    const { result, values } = valuesOf([pageOf(lines)]);
    expect(result.documentType.name).toBe(type);
    expect(values).toMatchObject(expected);
  });

  it('gives the movements of a statement as rows with a debit and a credit column', () => {
    const { result } = valuesOf([
      pageOf([
        'ACCOUNT STATEMENT',
        'Date          Description          Debit      Credit      Balance',
        '01/02/2023    Salary                          500.00     1,500.00',
        '15/02/2023    Rent                 700.00                  800.00',
      ]),
    ]);
    expect(result.tables[0]).toMatchObject({ name: 'transactions' });
    expect(result.tables[0]?.rows.map((row) => row.cells)).toEqual([
      { date: '01/02/2023', description: 'Salary', debit: '', credit: '500.00', balance: '1,500.00' },
      { date: '15/02/2023', description: 'Rent', debit: '700.00', credit: '', balance: '800.00' },
    ]);
  });
});

describe('tables that layout found', () => {
  const cells = (rows: string[][]): Page['tables'][number] => ({
    box: [0, 0, 100, 100],
    rows: rows.length,
    columns: rows[0]?.length ?? 0,
    ruled: false,
    header: null,
    cells: rows.flatMap((row, r) =>
      row.map((text, c) => ({
        row: r,
        column: c,
        rowSpan: 1,
        columnSpan: 1,
        text,
        box: [c * 50, r * 10, c * 50 + 50, r * 10 + 10],
      })),
    ),
  });
  it('go on over pages as one, without the repeated header, every row kept', () => {
    const first = {
      ...pageOf(['x']),
      tables: [
        cells([
          ['Item', 'Amount'],
          ['a', '1.00'],
          ['b', '2.00'],
        ]),
      ],
    };
    const second = {
      ...pageOf(['x']),
      number: 2,
      tables: [
        cells([
          ['Item', 'Amount'],
          ['c', '3.00'],
        ]),
      ],
    };
    const third = {
      ...pageOf(['x']),
      number: 3,
      tables: [
        cells([
          ['d', '4.00'],
          ['e', '5.00'],
        ]),
      ],
    };
    const { result } = valuesOf([first, second, third]);
    expect(result.account).toEqual({ tables: 1, rows: 5 });
    expect(result.tables[0]?.rows.map((row) => `${row.page} ${row.cells.description}`)).toEqual([
      '1 a',
      '1 b',
      '2 c',
      '3 d',
      '3 e',
    ]);
  });
});

describe("a tenant's own fields and templates", () => {
  const stamp = { createdAt: 0, updatedAt: 0 };
  const field = {
    ...fieldDefinitionInputSchema.parse({
      name: 'batch_code',
      label: 'Batch',
      type: 'id',
      labels: ['Batch code'],
      pattern: 'B-(\\d{4})',
    }),
    id: 'f',
    ...stamp,
  };
  const template = {
    ...templateInputSchema.parse({
      name: 'lab_report',
      label: 'Lab report',
      phrases: [{ text: 'Laboratory report', weight: 4 }],
      fields: ['batch_code', 'date'],
    }),
    id: 't',
    ...stamp,
  };
  it('decide the type and are found beside their label by their pattern', () => {
    const { result, values } = valuesOf([pageOf(['Laboratory report', 'Batch code: ref B-1234', 'Date: 2024-01-02'])], {
      fields: [field],
      templates: [template],
    });
    expect(result.template).toBe('lab_report');
    expect(values).toEqual({ batch_code: '1234', date: '2024-01-02' });
  });
  it('are found by the pattern alone where no label is given', () => {
    const bare = { ...field, labels: [] };
    expect(valuesOf([pageOf(['something B-9876 here'])], { fields: [bare], templates: [] }).values.batch_code).toBe(
      '9876',
    );
  });
  it.each([['(a+)+$'], ['(x|x)*y'], ['(.*)*z']])('run %s in linear time', (pattern) => {
    const evil = { ...field, labels: [], pattern };
    const started = performance.now();
    extract([pageOf([`${'a'.repeat(900)}!`, `${'x'.repeat(900)}!`])], { fields: [evil], templates: [] });
    expect(performance.now() - started).toBeLessThan(1000);
  });
  it.each([
    [{ pattern: '(?=a)b' }, 'RE2'],
    [{ pattern: '(a)\\1' }, 'RE2'],
    [{ pattern: 'a*' }, 'empty'],
    [{ name: 'total' }, 'predefined'],
    [{ name: 'Bad Name' }, 'lower-case'],
  ])('are refused when they cannot work: %o', (over, message) => {
    const base = { name: 'batch_code', label: 'Batch', type: 'id' };
    const parsed = fieldDefinitionInputSchema.safeParse({ ...base, ...over });
    expect(parsed.success).toBe(false);
    expect(parsed.error?.message).toContain(message);
  });
});

describe('hostile input', () => {
  const timed = (pages: Page[]): number => {
    const started = performance.now();
    valuesOf(pages);
    return performance.now() - started;
  };
  it.each([
    ['a word of 100 kB', [pageOf(['a'.repeat(100_000)])]],
    ['100 kB of digits', [pageOf(['1'.repeat(100_000)])]],
    ['100 kB of digits and points', [pageOf(['1.'.repeat(50_000)])]],
    ['100 kB of label words', [pageOf(['total '.repeat(16_000)])]],
    ['a line of 20,000 numbers', [pageOf([Array.from({ length: 20_000 }, (_, i) => `${i}.00`).join(' ')])]],
    [
      '10,000 lines',
      [pageOf(Array.from({ length: 10_000 }, (_, i) => `Total line${i}: ${i}.00 date 01/02/2020 invoice no A${i}`))],
    ],
    [
      '10,000 lines of unknown words',
      [pageOf(Array.from({ length: 10_000 }, (_, i) => `invoise${i} totall${i} zz${i} qq${i}`))],
    ],
    ['a table row of 20,000 cells', [pageOf(['Description  Qty  Amount', 'x 1.00     '.repeat(10_000)])]],
    ['nothing', []],
    ['an empty page', [pageOf([])]],
    ['boxes without extent', [{ ...pageOf(['a b c']), words: [{ text: 'total', confidence: 0, box: [0, 0, 0, 0] }] }]],
  ] satisfies [string, Page[]][])('%s takes a bounded time and gives a valid result', (_, pages) => {
    expect(timed(pages)).toBeLessThan(5000);
  });
});

describe('the catalogue', () => {
  it('has fifty fields or more, each named once and in a template', () => {
    expect(CATALOGUE.length).toBeGreaterThanOrEqual(50);
    expect(new Set(CATALOGUE.map((field) => field.name)).size).toBe(CATALOGUE.length);
    for (const field of CATALOGUE) expect(field.templates.length, field.name).toBeGreaterThan(0);
  });
});
