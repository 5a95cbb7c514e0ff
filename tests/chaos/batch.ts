import { PDFDocument, StandardFonts } from '@cantoo/pdf-lib';
import { createCanvas } from '@napi-rs/canvas';

export interface ChaosFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** A word that only this file holds; it must be found in the text that comes out. */
  marker: string;
}

/** Files of several kinds, no two with the same bytes: text and CSV (Office), a page image (OCR), a PDF of two page ranges. */
export async function chaosBatch(count: number, seed: string): Promise<ChaosFile[]> {
  const makers = [textFile, imageFile, pdfFile, csvFile];
  return Promise.all(
    Array.from({ length: count }, (_, n) => (makers[n % makers.length] ?? textFile)(`${seed}${n}`.toUpperCase(), n)),
  );
}

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
/** Letters only: a zero and an O are one to OCR. */
const marker = (id: string): string => `MARKER${id.replace(/\d/g, (digit) => 'ABCDEFGHJK'[Number(digit)] ?? '')}`;

async function textFile(id: string, n: number): Promise<ChaosFile> {
  return {
    name: `note-${n}.txt`,
    marker: marker(id),
    bytes: encode(`Delivery note ${n}\n\nReference ${marker(id)}\nDate 2026-03-0${(n % 9) + 1}\nTotal 12.50 EUR\n`),
  };
}

async function csvFile(id: string, n: number): Promise<ChaosFile> {
  const rows = Array.from({ length: 12 }, (_, row) => `${row},item ${row},${row * 2}.00`).join('\n');
  return {
    name: `table-${n}.csv`,
    marker: marker(id),
    bytes: encode(`no,description,amount\n${rows}\n99,${marker(id)},1.00\n`),
  };
}

async function imageFile(id: string, n: number): Promise<ChaosFile> {
  const canvas = createCanvas(900, 400);
  const context = canvas.getContext('2d');
  context.fillStyle = 'white';
  context.fillRect(0, 0, 900, 400);
  context.fillStyle = 'black';
  context.font = '36px sans-serif';
  context.fillText('RECEIPT', 60, 80);
  context.fillText(marker(id), 60, 160);
  context.fillText(`Total 7.${String(n).padStart(2, '0')}`, 60, 240);
  return { name: `receipt-${n}.png`, marker: marker(id), bytes: Uint8Array.from(canvas.toBuffer('image/png')) };
}

async function pdfFile(id: string, n: number): Promise<ChaosFile> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (let page = 1; page <= 12; page++) {
    const sheet = pdf.addPage([595, 842]);
    sheet.drawText(`Report ${n}, page ${page} of 12`, { x: 60, y: 760, size: 18, font });
    sheet.drawText(`Reference ${marker(id)} and enough words on this page to be a text layer that one can trust.`, {
      x: 60,
      y: 720,
      size: 11,
      font,
    });
  }
  return { name: `report-${n}.pdf`, marker: marker(id), bytes: Uint8Array.from(await pdf.save()) };
}
