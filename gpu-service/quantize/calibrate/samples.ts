import { createCanvas, ImageData } from '@napi-rs/canvas';
import type { TruthWord } from '../../calibration/draw-text.ts';
import type { GeneratedPage } from '../../calibration/generated-pages.ts';
import type { Sample } from '../onnx/run.ts';

/** A page's lines are cut with so much of their height around them, as detectors leave it. */
const MARGIN = 0.18;
const LINE_HEIGHT = 48;
const WIDTH_STEP = 32;
const MAX_WIDTH = 960;
const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const HALVES = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

export interface LineSample extends Sample {
  text: string;
}

/** Lines of the pages as a recognizer of 48 rows takes them, each padded to a multiple of 32 columns with zeros. */
export function lineSamples(pages: readonly GeneratedPage[]): LineSample[] {
  return pages.flatMap((page) => {
    const { width, height, data } = page.raster;
    const sheet = createCanvas(width, height);
    sheet.getContext('2d').putImageData(new ImageData(data, width, height), 0, 0);
    return linesOf(page.truth).map((words) => {
      const top = Math.min(...words.map((word) => word.box[1]));
      const tall = Math.max(...words.map((word) => word.box[3])) - top;
      const left = Math.min(...words.map((word) => word.box[0])) - MARGIN * tall;
      const wide = Math.max(...words.map((word) => word.box[2])) - left + MARGIN * tall;
      const rows = tall * (1 + 2 * MARGIN);
      const columns = Math.max(16, Math.min(MAX_WIDTH, Math.round((wide / rows) * LINE_HEIGHT)));
      const padded = Math.ceil(columns / WIDTH_STEP) * WIDTH_STEP;
      const line = createCanvas(padded, LINE_HEIGHT).getContext('2d');
      line.imageSmoothingQuality = 'high';
      line.drawImage(sheet, left, top - MARGIN * tall, wide, rows, 0, 0, columns, LINE_HEIGHT);
      const pixels = line.getImageData(0, 0, padded, LINE_HEIGHT).data;
      const sample = planes(pixels, padded, LINE_HEIGHT, HALVES);
      for (let row = 0; row < 3 * LINE_HEIGHT; row++) sample.data.fill(0, row * padded + columns, (row + 1) * padded);
      return { ...sample, text: words.map((word) => word.text).join(' ') };
    });
  });
}

/** Pages as a detector takes them: ImageNet's statistics on BGR planes, sides multiples of 32. */
export function pageSamples(pages: readonly GeneratedPage[], maxSide: number): Sample[] {
  return pages.map(({ raster }) => {
    const scale = Math.min(1, maxSide / Math.max(raster.width, raster.height));
    const [width, height] = [raster.width, raster.height].map((side) => Math.round((side * scale) / 32) * 32) as [
      number,
      number,
    ];
    const sheet = createCanvas(raster.width, raster.height);
    sheet.getContext('2d').putImageData(new ImageData(raster.data, raster.width, raster.height), 0, 0);
    const small = createCanvas(width, height).getContext('2d');
    small.imageSmoothingQuality = 'high';
    small.drawImage(sheet, 0, 0, width, height);
    return planes(small.getImageData(0, 0, width, height).data, width, height, IMAGENET);
  });
}

/** Words that were drawn one after another on the same height, with no wide gap between them. */
function linesOf(words: readonly TruthWord[]): TruthWord[][] {
  const lines: TruthWord[][] = [];
  let last: TruthWord | undefined;
  for (const word of words) {
    const height = word.box[3] - word.box[1];
    const joins =
      last !== undefined &&
      Math.abs(word.box[3] - last.box[3]) < 0.5 * height &&
      word.box[0] > last.box[0] &&
      word.box[0] - last.box[2] < 1.2 * height;
    if (joins) lines.at(-1)?.push(word);
    else lines.push([word]);
    last = word;
  }
  return lines;
}

/** BGR planes of RGBA pixels, x / 255 less the mean, over the deviation. */
function planes(
  pixels: Uint8ClampedArray,
  width: number,
  height: number,
  { mean, std }: { mean: readonly number[]; std: readonly number[] },
): Sample {
  const plane = width * height;
  const data = new Float32Array(3 * plane);
  for (let channel = 0; channel < 3; channel++) {
    const factor = 1 / (255 * (std[channel] ?? 1));
    const shift = (mean[channel] ?? 0) / (std[channel] ?? 1);
    for (let at = 0; at < plane; at++)
      data[channel * plane + at] = (pixels[4 * at + 2 - channel] ?? 0) * factor - shift;
  }
  return { dims: [1, 3, height, width], data };
}
