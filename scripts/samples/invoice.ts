import { convert, xml } from './office.ts';
import type { Sample } from './sample.ts';

const ITEMS = [
  ['NL-2040', 'Slit lamp bulb, 6 V 20 W', '12', '18.50', '222.00'],
  ['NL-3310', 'Trial lens set, 266 pieces', '1', '640.00', '640.00'],
  ['NL-0087', 'Chin rest paper, 1,000 sheets', '8', '9.75', '78.00'],
  ['SRV-01', 'On-site calibration, March 2026', '3', '120.00', '360.00'],
] as const;

const rows = ITEMS.map(
  (item) =>
    `<tr>${item.map((cell, index) => `<td align="${index < 2 ? 'left' : 'right'}">${xml(cell)}</td>`).join('')}</tr>`,
).join('\n');

const html = `<html><head><meta charset="utf-8"><title>Invoice NL-2026-0417</title></head>
<body style="font-family: 'Liberation Sans'; font-size: 10pt">
<h1>INVOICE</h1>
<p><b>Northlight Optics GmbH</b><br>Lindenufer 14<br>13597 Berlin<br>Germany<br>
VAT ID: DE136695976<br>Phone: +49 30 23125 417<br>Email: billing@northlight-optics.example</p>
<table border="0" cellpadding="3" width="60%">
<tr><td>Invoice number:</td><td>NL-2026-0417</td></tr>
<tr><td>Invoice date:</td><td>17 March 2026</td></tr>
<tr><td>Due date:</td><td>16 April 2026</td></tr>
<tr><td>Purchase order:</td><td>PO-88213</td></tr>
<tr><td>Customer number:</td><td>C-10442</td></tr>
</table>
<p><b>Bill to:</b><br>Marlow Street Eye Clinic<br>Attn: Dr. Amelia Hartwell<br>22 Marlow Street<br>London NW1 5QT<br>United Kingdom<br>
amelia.hartwell@marlow-eye.example</p>
<table border="1" cellpadding="4" cellspacing="0" width="100%">
<tr><th>Item</th><th>Description</th><th>Quantity</th><th>Unit price</th><th>Amount</th></tr>
${rows}
</table>
<table border="0" cellpadding="3" width="45%" align="right">
<tr><td>Subtotal:</td><td align="right">EUR 1,300.00</td></tr>
<tr><td>VAT 19%:</td><td align="right">EUR 247.00</td></tr>
<tr><td><b>Total:</b></td><td align="right"><b>EUR 1,547.00</b></td></tr>
</table>
<p><br></p>
<p>Payment terms: 30 days net.<br>Bank: Spreebank Berlin<br>IBAN: DE89 3704 0044 0532 0130 00<br>BIC: COBADEFFXXX</p>
<p>Questions? Call Jonas Brandt on +49 30 23125 418 or write to jonas.brandt@northlight-optics.example. Thank you for your order.</p>
</body></html>`;

export const invoice: Sample = {
  file: 'invoice.docx',
  about: 'An invoice with a table of items, totals, bank details and two contacts.',
  expected: {
    words: ['Northlight Optics', 'Trial lens set', 'Marlow Street Eye Clinic', 'PO-88213'],
    documentType: 'invoice',
    fields: {
      invoice_number: 'NL-2026-0417',
      date: '2026-03-17',
      due_date: '2026-04-16',
      order_number: 'PO-88213',
      iban: 'DE89370400440532013000',
      total: '1547.00',
    },
    secrets: ['DE89 3704 0044 0532 0130 00', 'amelia.hartwell@marlow-eye.example', '+49 30 23125 418'],
    pages: 1,
    source: 'textLayer',
  },
  make: async () =>
    convert({
      source: html,
      sourceExtension: 'html',
      importFilter: 'HTML (StarWriter)',
      extension: 'docx',
      filter: 'MS Word 2007 XML',
    }),
};
