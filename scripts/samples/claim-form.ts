import { PDFDocument } from '@cantoo/pdf-lib';
import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { random } from './random.ts';
import type { Sample } from './sample.ts';

/** A4 at 150 dots per inch. */
const WIDTH = 1240;
const HEIGHT = 1754;

type Row = { title: string } | { label: string; value: string } | { text: string };

const PAGES: readonly (readonly Row[])[] = [
  [
    { title: 'HOUSEHOLD CLAIM FORM' },
    { label: 'Claim number', value: 'HC-558204' },
    { label: 'Policy number', value: 'HH-7731-209' },
    { label: 'Date of claim', value: '12 May 2026' },
    { title: '1. Policy holder' },
    { label: 'Full name', value: 'Margaret Oduya' },
    { label: 'Date of birth', value: '23 November 1974' },
    { label: 'Address', value: '8 Lantern Hill, Whitby YO21 3PX' },
    { label: 'Phone', value: '+44 20 7946 0559' },
    { label: 'Email', value: 'margaret.oduya@lanternhill.example' },
    { label: 'Occupation', value: 'Restorer of musical instruments' },
  ],
  [
    { title: '2. What happened' },
    { label: 'Date of loss', value: '9 May 2026' },
    { label: 'Place', value: 'Workshop on the ground floor' },
    { text: 'A pipe above the workshop burst during the night. Water ran' },
    { text: 'down the north wall and stood two centimetres high when it' },
    { text: 'was found at half past six in the morning. The main valve' },
    { text: 'was closed at once and the plumber came at eight.' },
    { title: '3. What was damaged' },
    { label: 'Violin bench', value: 'GBP 420.00' },
    { label: 'Tone wood, 14 sets', value: 'GBP 1,960.00' },
    { label: 'Oak floor, 18 m2', value: 'GBP 1,350.00' },
    { label: 'Total claimed', value: 'GBP 3,730.00' },
  ],
  [
    { title: '4. Payment' },
    { label: 'Account holder', value: 'Margaret Oduya' },
    { label: 'IBAN', value: 'GB33 BUKB 2020 1555 5555 55' },
    { label: 'BIC', value: 'BUKBGB22' },
    { title: '5. Declaration' },
    { text: 'I declare that the answers in this form are complete and true' },
    { text: 'to the best of my knowledge. I agree that the insurer may ask' },
    { text: 'the plumber for a report.' },
    { label: 'Place and date', value: 'Whitby, 12 May 2026' },
    { label: 'Signature', value: 'M. Oduya' },
    { title: 'For office use' },
    { label: 'Received', value: '15 May 2026' },
    { label: 'Handler', value: 'R. Castellane' },
  ],
];

function drawPage(ctx: SKRSContext2D, rows: readonly Row[], number: number): void {
  ctx.fillStyle = '#222';
  ctx.font = 'bold 26px "Liberation Sans"';
  ctx.fillText('Saltwick Mutual Insurance', 110, 110);
  ctx.font = '22px "Liberation Sans"';
  ctx.fillText(`Page ${number} of ${PAGES.length}`, 960, 110);
  ctx.fillRect(110, 130, 1020, 3);
  let y = 230;
  for (const row of rows) {
    if ('title' in row) {
      ctx.font = 'bold 36px "Liberation Sans"';
      ctx.fillText(row.title, 110, y + 12);
      y += 96;
    } else if ('text' in row) {
      ctx.font = '30px "Liberation Serif"';
      ctx.fillText(row.text, 110, y);
      y += 56;
    } else {
      ctx.font = '28px "Liberation Sans"';
      ctx.fillText(`${row.label}:`, 110, y);
      ctx.font = '30px "Liberation Mono"';
      ctx.fillText(row.value, 420, y);
      ctx.fillRect(415, y + 12, 715, 1);
      y += 88;
    }
  }
}

/** A page as a scanner gives it: a little askew, grey paper, specks, the shadow of the lid at one edge. */
function scan(rows: readonly Row[], number: number): Promise<Buffer> {
  const next = random(number * 7919);
  const canvas = createCanvas(WIDTH, HEIGHT);
  const ctx = canvas.getContext('2d');
  ctx.fillStyle = '#f4f3f0';
  ctx.fillRect(0, 0, WIDTH, HEIGHT);
  ctx.save();
  ctx.translate(WIDTH / 2, HEIGHT / 2);
  ctx.rotate(((next() - 0.5) * 2.4 * Math.PI) / 180);
  ctx.translate(-WIDTH / 2, -HEIGHT / 2);
  drawPage(ctx, rows, number);
  ctx.restore();
  const shadow = ctx.createLinearGradient(WIDTH - 60, 0, WIDTH, 0);
  shadow.addColorStop(0, 'rgba(60,60,60,0)');
  shadow.addColorStop(1, 'rgba(60,60,60,0.35)');
  ctx.fillStyle = shadow;
  ctx.fillRect(WIDTH - 60, 0, 60, HEIGHT);
  for (let i = 0; i < 260; i++) {
    ctx.fillStyle = `rgba(40,40,40,${0.15 + next() * 0.4})`;
    ctx.fillRect(next() * WIDTH, next() * HEIGHT, 1 + next() * 1.6, 1 + next() * 1.6);
  }
  const image = ctx.getImageData(0, 0, WIDTH, HEIGHT);
  for (let i = 0; i < image.data.length; i += 4) {
    const noise = (next() + next() - 1) * 9;
    for (let channel = 0; channel < 3; channel++) image.data[i + channel] = (image.data[i + channel] ?? 0) + noise;
  }
  ctx.putImageData(image, 0, 0);
  return canvas.encode('jpeg', 42);
}

async function make(): Promise<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false });
  for (const [index, rows] of PAGES.entries()) {
    const image = await pdf.embedJpg(await scan(rows, index + 1));
    pdf.addPage([595.28, 841.89]).drawImage(image, { x: 0, y: 0, width: 595.28, height: 841.89 });
  }
  return pdf.save();
}

export const claimForm: Sample = {
  file: 'claim-form-scan.pdf',
  about: 'Three scanned pages, images only: askew, grey and specked.',
  expected: {
    words: ['Saltwick Mutual Insurance', 'Margaret Oduya', 'Declaration', 'violin bench'],
    documentType: 'form',
    fields: { policy_number: 'HH-7731-209', date_of_birth: '1974-11-23', iban: 'GB33BUKB20201555555555' },
    secrets: ['GB33 BUKB 2020 1555 5555 55', 'margaret.oduya@lanternhill.example', '+44 20 7946 0559'],
    pages: 3,
    source: 'ocr',
  },
  make,
};
