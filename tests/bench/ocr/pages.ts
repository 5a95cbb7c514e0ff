import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createCanvas, ImageData } from '@napi-rs/canvas';
import { generatedPages } from '#gpu/calibration/generated-pages.ts';
import type { Box } from '#shared/domain/page.ts';
import { sharedFiles } from '../../support/shared-data.ts';
import type { Item } from './score.ts';

export interface BenchPage {
  file: string;
  pixels: number;
  truth: Item[];
}

export interface PageSet {
  name: string;
  pages: BenchPage[];
}

/** Labelled scans where they are at hand (receipts of SROIE, forms of FUNSD), else generated pages written to `folder`. */
export function pageSets(folder: string, most: number): PageSet[] {
  const sets = [
    { name: 'receipts', pages: scans('sroie/img', (file) => receiptTruth(beside(file, 'box', '.csv'))) },
    { name: 'forms', pages: scans('funsd/images', (file) => formTruth(beside(file, 'annotations', '.json'))) },
  ].filter(({ pages }) => pages.length > 0);
  const found = sets.length > 0 ? sets : generated(folder);
  return found.map(({ name, pages }) => ({ name, pages: pages.slice(0, most) }));
}

const beside = (file: string, folder: string, extension: string): string =>
  path.join(path.dirname(file), '..', folder, path.parse(file).name + extension);

const scans = (folder: string, truthOf: (file: string) => Item[]): BenchPage[] =>
  sharedFiles(folder).map((file) => ({ file, pixels: 0, truth: truthOf(file) }));

function receiptTruth(file: string): Item[] {
  return readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .flatMap((line) => {
      const parts = line.split(',');
      if (parts.length < 9) return [];
      const at = parts.slice(0, 8).map(Number);
      const xs = at.filter((_, index) => index % 2 === 0);
      const ys = at.filter((_, index) => index % 2 === 1);
      const box: Box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
      return [{ text: parts.slice(8).join(','), box }];
    });
}

function formTruth(file: string): Item[] {
  const { form }: { form: { words: Item[] }[] } = JSON.parse(readFileSync(file, 'utf8'));
  return form.flatMap(({ words }) => words).filter((word) => word.text.trim() !== '');
}

function generated(folder: string): PageSet[] {
  mkdirSync(folder, { recursive: true });
  return (['receipt', 'form', 'prose'] as const).map((kind) => ({
    name: `generated ${kind}s`,
    pages: generatedPages(8, 4242, { kind }).map(({ raster, truth }, index) => {
      const { width, height, data } = raster;
      const canvas = createCanvas(width, height);
      canvas.getContext('2d').putImageData(new ImageData(data, width, height), 0, 0);
      const file = path.join(folder, `${kind}-${index}.png`);
      writeFileSync(file, canvas.toBuffer('image/png'));
      return { file, pixels: width * height, truth };
    }),
  }));
}
