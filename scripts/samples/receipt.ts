import { createCanvas, type ImageData, type SKRSContext2D } from '@napi-rs/canvas';
import { type Point, warp } from './perspective.ts';
import { random } from './random.ts';
import type { Sample } from './sample.ts';

const ITEMS: readonly (readonly [string, string])[] = [
  ['2 x Flat white', '7.20'],
  ['1 x Almond croissant', '3.40'],
  ['1 x Cheddar toastie', '6.80'],
  ['1 x Elderflower soda', '3.10'],
];

/** The paper itself, seen straight from above. */
function drawReceipt(ctx: SKRSContext2D, width: number, height: number): void {
  ctx.fillStyle = '#fbfaf6';
  ctx.fillRect(0, 0, width, height);
  ctx.fillStyle = '#2b2b2b';
  let y = 90;
  const centre = (text: string, font: string, step: number): void => {
    ctx.font = font;
    ctx.fillText(text, (width - ctx.measureText(text).width) / 2, y);
    y += step;
  };
  const pair = (left: string, right: string, font = '30px "Liberation Mono"'): void => {
    ctx.font = font;
    ctx.fillText(left, 50, y);
    ctx.fillText(right, width - 50 - ctx.measureText(right).width, y);
    y += 52;
  };
  const rule = (): void => {
    for (let x = 50; x < width - 50; x += 16) ctx.fillRect(x, y - 24, 9, 2);
    y += 28;
  };
  centre('BLUEBELL CAFE', 'bold 48px "Liberation Sans"', 52);
  centre('3 Station Parade, Bristol BS1 6QF', '27px "Liberation Sans"', 42);
  centre('Tel: +44 117 496 0233', '27px "Liberation Sans"', 72);
  pair('Receipt no:', '004812');
  pair('Date: 14/06/2026', 'Time: 09:41');
  rule();
  for (const [name, price] of ITEMS) pair(name, price);
  rule();
  pair('Subtotal', '20.50');
  pair('VAT 20%', '3.42');
  pair('TOTAL GBP', '20.50', 'bold 38px "Liberation Mono"');
  rule();
  pair('Card', '5555 5555 5555 4444');
  pair('Auth code', '71A09C');
  y += 26;
  centre('Served by: Nadia', '27px "Liberation Sans"', 42);
  centre('Thank you, see you soon!', '27px "Liberation Sans"', 40);
}

/** Uneven light (a lamp at the upper left, a hand's shadow at the right) and the noise of a small sensor. */
function light(image: ImageData, width: number, height: number): void {
  const next = random(481516);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const lamp = 1.08 - 0.34 * Math.hypot(x / width - 0.25, y / height - 0.2);
      const shadow = 1 - 0.28 / (1 + Math.exp((0.84 - x / width - 0.12 * (y / height)) * 26));
      const at = (y * width + x) * 4;
      const noise = (next() + next() + next() - 1.5) * 12;
      const tint = [1.02, 0.99, 0.9];
      for (let channel = 0; channel < 3; channel++)
        image.data[at + channel] = (image.data[at + channel] ?? 0) * lamp * shadow * (tint[channel] ?? 1) + noise;
    }
  }
}

async function make(): Promise<Uint8Array> {
  const [paperWidth, paperHeight] = [700, 1150];
  const paper = createCanvas(paperWidth, paperHeight);
  drawReceipt(paper.getContext('2d'), paperWidth, paperHeight);
  const [width, height] = [960, 1400];
  const photo = createCanvas(width, height);
  const ctx = photo.getContext('2d');
  ctx.fillStyle = '#6b4f3a';
  ctx.fillRect(0, 0, width, height);
  for (let y = 0; y < height; y += 7) {
    ctx.fillStyle = `rgba(30,18,8,${0.05 + 0.08 * Math.abs(Math.sin(y * 0.07))})`;
    ctx.fillRect(0, y, width, 3);
  }
  const corners: [Point, Point, Point, Point] = [
    [168, 92],
    [806, 128],
    [862, 1316],
    [102, 1262],
  ];
  const image = ctx.getImageData(0, 0, width, height);
  warp(paper.getContext('2d').getImageData(0, 0, paperWidth, paperHeight), image, corners);
  light(image, width, height);
  ctx.putImageData(image, 0, 0);
  return photo.encode('jpeg', 68);
}

export const receipt: Sample = {
  file: 'receipt-photo.jpg',
  about: 'A photographed receipt: perspective, uneven light, noise.',
  expected: {
    words: ['Bluebell Cafe', 'Almond croissant', 'Elderflower soda', 'Subtotal'],
    documentType: 'receipt',
    fields: { receipt_number: '004812', date: '2026-06-14', total: '20.50' },
    secrets: ['5555 5555 5555 4444'],
    pages: 1,
    source: 'ocr',
  },
  make,
};
