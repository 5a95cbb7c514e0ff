import { PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from '@cantoo/pdf-lib';
import { random } from './random.ts';
import type { Sample } from './sample.ts';

const PAYEES = [
  'Card payment Greenleaf Grocers',
  'Direct debit Severn Water',
  'Card payment Bluebell Cafe',
  'Standing order Rent Castle Row',
  'Card payment Platform 9 Books',
  'Transfer from Harrow Lane Archives',
  'Direct debit Northern Grid Energy',
  'Card payment Tidewater Pharmacy',
];

interface Entry {
  date: string;
  text: string;
  amount: number;
  balance: number;
}

const OPENING = 2416.32;
const pounds = (value: number): string =>
  value.toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function entries(): Entry[] {
  const next = random(20260131);
  let balance = OPENING;
  return Array.from({ length: 58 }, (_, index) => {
    const day = 1 + Math.floor((index * 31) / 58);
    const text = PAYEES[Math.floor(next() * PAYEES.length)] ?? 'Card payment';
    const cents = Math.round(next() * 9000) + 250;
    const amount =
      (text.startsWith('Transfer') ? 90_000 + cents : text.startsWith('Standing') ? -20_000 : -cents) / 100;
    balance = Math.round((balance + amount) * 100) / 100;
    return { date: `${String(day).padStart(2, '0')} Jan 2026`, text, amount, balance };
  });
}

const ENTRIES = entries();
const CLOSING = ENTRIES.at(-1)?.balance ?? OPENING;
const COLUMNS = [50, 130, 420, 540];

interface Fonts {
  plain: PDFFont;
  bold: PDFFont;
}

function line(page: PDFPage, font: PDFFont, y: number, cells: readonly string[]): void {
  cells.forEach((text, index) => {
    const x = COLUMNS[index] ?? 0;
    // Amounts are aligned at their right edge.
    page.drawText(text, { x: index > 1 ? x - font.widthOfTextAtSize(text, 9) : x, y, size: 9, font });
  });
}

function head(page: PDFPage, fonts: Fonts): void {
  page.drawText('Wyvern Savings Bank', { x: 50, y: 785, size: 18, font: fonts.bold, color: rgb(0.1, 0.25, 0.45) });
  page.drawText('BANK STATEMENT', { x: 400, y: 788, size: 13, font: fonts.bold });
  const left = ['Edmund Falk', '31 Castle Row', 'Bristol BS1 3AE', 'edmund.falk@falk-records.example'];
  const right = [
    'Account holder: Edmund Falk',
    'Account number: 31926819',
    'Sort code: 60-16-13',
    'IBAN: GB29 NWBK 6016 1331 9268 19',
    'BIC: NWBKGB2L',
    'Statement date: 31 January 2026',
    'Statement period: 1 January 2026 to 31 January 2026',
    `Opening balance: GBP ${pounds(OPENING)}`,
    `Closing balance: GBP ${pounds(CLOSING)}`,
  ];
  left.forEach((text, index) => {
    page.drawText(text, { x: 50, y: 745 - index * 14, size: 10, font: fonts.plain });
  });
  right.forEach((text, index) => {
    page.drawText(text, { x: 300, y: 745 - index * 14, size: 10, font: fonts.plain });
  });
}

async function make(): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  const fonts = {
    plain: await pdf.embedFont(StandardFonts.Helvetica),
    bold: await pdf.embedFont(StandardFonts.HelveticaBold),
  };
  let left = ENTRIES;
  for (let number = 1; left.length > 0; number++) {
    const page = pdf.addPage([595.28, 841.89]);
    let y = number === 1 ? 590 : 780;
    if (number === 1) head(page, fonts);
    line(page, fonts.bold, y, ['Date', 'Description', 'Amount', 'Balance']);
    const rows = left.slice(0, number === 1 ? 32 : 44);
    for (const entry of rows) {
      y -= 16;
      line(page, fonts.plain, y, [entry.date, entry.text, pounds(entry.amount), pounds(entry.balance)]);
    }
    page.drawText(`Page ${number}   Wyvern Savings Bank, 2 Quay Street, Cardiff CF10 1BW   +44 29 2018 0455`, {
      x: 50,
      y: 40,
      size: 8,
      font: fonts.plain,
    });
    left = left.slice(rows.length);
  }
  pdf.setTitle('Bank statement');
  return pdf.save();
}

export const statement: Sample = {
  file: 'bank-statement.pdf',
  about: 'A born-digital PDF of two pages with 58 transactions.',
  expected: {
    words: ['Wyvern Savings Bank', 'Greenleaf Grocers', 'Sort code', 'Edmund Falk'],
    documentType: 'bank_statement',
    fields: {
      account_number: '31926819',
      date: '2026-01-31',
      iban: 'GB29NWBK60161331926819',
      closing_balance: CLOSING.toFixed(2),
    },
    secrets: ['GB29 NWBK 6016 1331 9268 19', 'edmund.falk@falk-records.example'],
    pages: 2,
    source: 'textLayer',
  },
  make,
};
