import { convert, xml } from './office.ts';
import type { Sample } from './sample.ts';

const ITEMS: readonly (readonly [string, string, number, string, number])[] = [
  ['TB-1001', 'Larch plank 25 x 150 mm, 4 m', 120, 'pcs', 14.8],
  ['TB-1014', 'Oak beam 100 x 100 mm, 3 m', 16, 'pcs', 61.5],
  ['FX-2207', 'Stainless screw 5 x 60 mm, box of 200', 45, 'box', 18.9],
  ['FX-2219', 'Joist hanger 47 mm', 240, 'pcs', 1.35],
  ['FX-2230', 'Coach bolt M10 x 120', 300, 'pcs', 0.72],
  ['AD-3105', 'Wood glue D4, 5 kg', 12, 'can', 38.4],
  ['AD-3122', 'Linseed oil, 10 l', 8, 'can', 72],
  ['IN-4410', 'Wood fibre board 60 mm', 90, 'pcs', 11.25],
  ['IN-4418', 'Hemp batt 100 mm, pack of 6', 55, 'pack', 29.6],
  ['RF-5003', 'Cedar shingle, bundle', 130, 'bdl', 24.1],
  ['RF-5021', 'Copper gutter, 2 m', 24, 'pcs', 33.75],
  ['TL-6001', 'Carpenter pencil, box of 72', 3, 'box', 21],
];

type Cell = string | number;
const cell = (value: Cell): string =>
  typeof value === 'number'
    ? `<table:table-cell table:style-name="number" office:value-type="float" office:value="${value}"><text:p>${value}</text:p></table:table-cell>`
    : `<table:table-cell office:value-type="string"><text:p>${xml(value)}</text:p></table:table-cell>`;
const row = (...cells: Cell[]): string => `<table:table-row>${cells.map(cell).join('')}</table:table-row>`;
const cents = (value: number): number => Math.round(value * 100) / 100;

const net = cents(ITEMS.reduce((sum, item) => sum + item[2] * item[4], 0));
const vat = cents(net * 0.2);
const gross = cents(net + vat);
const money = (value: number): string => `GBP ${value.toLocaleString('en-GB', { minimumFractionDigits: 2 })}`;

const sheet = (name: string, columns: readonly number[], rows: readonly string[]): string =>
  `<table:table table:name="${name}">${columns.map((_, index) => `<table:table-column table:style-name="${name}${index}"/>`).join('')}${rows.join('')}</table:table>`;
const widths = (name: string, columns: readonly number[]): string =>
  columns
    .map(
      (width, index) =>
        `<style:style style:name="${name}${index}" style:family="table-column"><style:table-column-properties style:column-width="${width}cm"/></style:style>`,
    )
    .join('');

const ORDER = [2.7, 6.3, 1.9, 1.3, 1.9, 2.4];
const STOCK = [2.7, 6.3, 2.2, 2.2];
const fods = `<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:automatic-styles>${widths('Order', ORDER)}${widths('Stock', STOCK)}
<number:number-style style:name="N"><number:number number:decimal-places="2" number:min-decimal-places="0" number:min-integer-digits="1"/></number:number-style>
<style:style style:name="number" style:family="table-cell" style:data-style-name="N"/></office:automatic-styles>
<office:body><office:spreadsheet>
${sheet('Order', ORDER, [
  row('PURCHASE ORDER'),
  row('Oakridge Timber Homes Ltd'),
  row('5 Sawmill Yard, Hereford HR1 2NB'),
  row('PO number:', 'PO-2026-1187'),
  row('Order date:', '2 February 2026'),
  row('Delivery date:', '23 February 2026'),
  row('Supplier:', 'Brennan Building Supplies'),
  row('Contact:', 'Tomasz Wilk, tomasz.wilk@oakridge-homes.example, +44 20 7946 0876'),
  row('Ship to:', 'Site 14, Orchard Close, Ludlow SY8 1AA'),
  row(''),
  row('Item', 'Description', 'Quantity', 'Unit', 'Unit price', 'Amount'),
  ...ITEMS.map((item) => row(...item, cents(item[2] * item[4]))),
  row(''),
  row('Subtotal:', money(net)),
  row('VAT 20%:', money(vat)),
  row('Total:', money(gross)),
  row('Card on file:', '4012 8888 8888 1881'),
])}
${sheet('Stock', STOCK, [
  row('Item', 'Description', 'In stock', 'Reorder at'),
  ...ITEMS.map((item, index) => row(item[0], item[1], (index * 37) % 90, 10 + index * 5)),
])}
</office:spreadsheet></office:body></office:document>`;

export const order: Sample = {
  file: 'purchase-order.xlsx',
  about: 'A purchase order with twelve items, and a second sheet with the stock.',
  expected: {
    words: ['Oakridge Timber Homes', 'Joist hanger', 'Cedar shingle', 'Reorder at'],
    documentType: 'purchase_order',
    fields: { order_number: 'PO-2026-1187', order_date: '2026-02-02', total: gross.toFixed(2) },
    secrets: ['4012 8888 8888 1881', 'tomasz.wilk@oakridge-homes.example'],
    pages: 2,
    source: 'textLayer',
  },
  make: async () =>
    convert({ source: fods, sourceExtension: 'fods', extension: 'xlsx', filter: 'Calc MS Excel 2007 XML' }),
};
