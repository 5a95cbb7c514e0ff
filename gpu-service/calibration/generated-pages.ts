import { createCanvas } from '@napi-rs/canvas';
import type { Raster } from '../ocr/raster.ts';
import { type Pen, type TruthWord, textFonts } from './draw-text.ts';
import { type DrawKind, form, prose, receipt } from './page-kinds.ts';
import { type Random, random } from './random.ts';
import { addNoise, commonWear, turnedBox, type Wear } from './wear.ts';

export type PageKind = 'receipt' | 'form' | 'prose';
const KINDS: Record<PageKind, DrawKind> = { receipt, form, prose };
const KIND_NAMES: [PageKind, ...PageKind[]] = ['receipt', 'form', 'prose'];

export interface GeneratedPage {
  kind: PageKind;
  raster: Raster;
  /** Every word, in the order it was drawn. */
  truth: TruthWord[];
}

export interface GeneratedPageOptions {
  kind?: PageKind;
  /** Pixels across; drawn from what scans have when it is not given. */
  width?: number;
  wear?: Wear;
}

/** One page of a kind, drawn and worn as `of` decides. */
export function generatedPage(of: Random, options: GeneratedPageOptions = {}): GeneratedPage {
  const kind = options.kind ?? of.pick(KIND_NAMES);
  const width = Math.round(options.width ?? (kind === 'receipt' ? of.between(420, 1100) : of.between(750, 1700)));
  const height = Math.round(width * (kind === 'receipt' ? of.between(1.4, 2.6) : of.between(1.28, 1.42)));
  const wear = options.wear ?? commonWear(of);
  const paper = Math.round(of.between(225, 255));
  const sheet = createCanvas(width, height);
  const context = sheet.getContext('2d');
  context.fillStyle = `rgb(${paper}, ${paper}, ${Math.round(paper * of.between(0.94, 1))})`;
  context.fillRect(0, 0, width, height);
  const ink = Math.round(paper * (1 - wear.contrast));
  context.fillStyle = `rgb(${ink}, ${ink}, ${ink})`;
  context.strokeStyle = context.fillStyle;
  context.save();
  context.translate(width / 2, height / 2);
  context.rotate((wear.slant * Math.PI) / 180);
  context.translate(-width / 2, -height / 2);
  const pen: Pen = { context, random: of, words: [] };
  KINDS[kind](pen, textFonts(), width, height);
  context.restore();
  if (wear.blur > 1) {
    const small = createCanvas(Math.round(width / wear.blur), Math.round(height / wear.blur));
    small.getContext('2d').drawImage(sheet, 0, 0, small.width, small.height);
    context.drawImage(small, 0, 0, width, height);
  }
  const { data } = context.getImageData(0, 0, width, height);
  addNoise(data, wear.noise, of);
  return {
    kind,
    raster: { width, height, data },
    truth: pen.words.map(({ text, box }) => ({ text, box: turnedBox(box, wear.slant, width, height) })),
  };
}

/**
 * Pages of the kinds that are read most (receipts, forms, running text), drawn with this system's fonts and worn by slant,
 * blur, grain and faint ink: what models are calibrated with and, where no labelled scans are at hand, measured on.
 * The same seed gives the same texts and places; the fonts are the system's.
 */
export function generatedPages(count: number, seed: number, options: GeneratedPageOptions = {}): GeneratedPage[] {
  return Array.from({ length: count }, (_, index) =>
    generatedPage(random(seed * 7919 + index), { kind: KIND_NAMES[index % 3] ?? 'receipt', ...options }),
  );
}
