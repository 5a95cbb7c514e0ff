import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import type { Box, Code } from '../../../../domain/page.ts';
import type { Bitmap } from './pdf-bitmap.ts';

/** Far more than any label sheet has. */
const MOST_CODES = 200;
const MOST_CHARACTERS = 8_000;
/** Share of a row that has to look like the middle of the bars for the bars to go on there. */
const LIKE = 0.85;
const DARK = 128;

let loaded: Promise<unknown> | null = null;

/** The reader comes with its package; left to itself it would fetch its binary from the network. */
function load(): Promise<unknown> {
  loaded ??= (async () => {
    const binary = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
    await prepareZXingModule({
      overrides: { wasmBinary: Uint8Array.from(binary).buffer },
      fireImmediately: true,
    });
  })();
  return loaded;
}

/** Barcodes and matrix codes of a page, with what they say. About 100 ms of CPU for A4 at 200 dpi. */
export async function readCodes({ rgba, width, height }: Pick<Bitmap, 'rgba' | 'width' | 'height'>): Promise<Code[]> {
  await load();
  const data = new Uint8ClampedArray(rgba.buffer, rgba.byteOffset, rgba.byteLength);
  const image = { data, width, height, colorSpace: 'srgb' } as const;
  const found = await readBarcodes(image, {
    tryHarder: true,
    tryInvert: false,
    maxNumberOfSymbols: MOST_CODES,
    textMode: 'Plain',
  });
  return found
    .filter(({ isValid }) => isValid)
    .map(({ format, text, position }) => {
      const corners = [position.topLeft, position.topRight, position.bottomRight, position.bottomLeft];
      const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
      const seen: Box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
      return { format, text: text.slice(0, MOST_CHARACTERS), box: whole({ rgba, width, height }, seen) };
    });
}

/** The box with all of the bars: of those the reader tells only the part that it scanned, and the rest says the same. */
function whole({ rgba, width, height }: Pick<Bitmap, 'rgba' | 'width' | 'height'>, box: Box): Box {
  const clamp = (value: number, most: number): number => Math.max(0, Math.min(most - 1, Math.round(value)));
  let [x0, y0, x1, y1] = [clamp(box[0], width), clamp(box[1], height), clamp(box[2], width), clamp(box[3], height)];
  const dark = (x: number, y: number): boolean => (rgba[(y * width + x) * 4 + 1] ?? 255) < DARK;
  const [middleX, middleY] = [(x0 + x1) >> 1, (y0 + y1) >> 1];
  const rowLike = (y: number): boolean => {
    let same = 0;
    for (let x = x0; x <= x1; x++) if (dark(x, y) === dark(x, middleY)) same++;
    return same >= LIKE * (x1 - x0 + 1);
  };
  const columnLike = (x: number): boolean => {
    let same = 0;
    for (let y = y0; y <= y1; y++) if (dark(x, y) === dark(middleX, y)) same++;
    return same >= LIKE * (y1 - y0 + 1);
  };
  const across = x1 - x0 >= y1 - y0;
  if (across) {
    while (y0 > 0 && rowLike(y0 - 1)) y0--;
    while (y1 < height - 1 && rowLike(y1 + 1)) y1++;
  } else {
    while (x0 > 0 && columnLike(x0 - 1)) x0--;
    while (x1 < width - 1 && columnLike(x1 + 1)) x1++;
  }
  return [x0, y0, x1 + 1, y1 + 1];
}
