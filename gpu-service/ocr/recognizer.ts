import { decodeCtc, type Glyph } from './ctc.ts';
import { LINE_HEIGHT, type LineImage, packLine } from './line-image.ts';
import type { Session } from './session.ts';

export interface Reading {
  /** Steps are columns of the line image. */
  glyphs: Glyph[];
  /** Mean over the glyphs, 0 when there are none. */
  confidence: number;
}

export interface Recognizer {
  session: Session;
  charset: readonly string[];
}

/** Input widths are multiples of this; the model gives one time step for 8 columns. */
const QUANTUM = 32;
const MIN_WIDTH = 64;
const MAX_BATCH = 1;
/** Columns a batch may hold at most: bounds memory. */
const MAX_BATCH_COLUMNS = 6 * 640;

/** Reads lines: those of like width go through the model together. Results are in the order of `lines`. */
export async function recognize(
  recognizer: Recognizer,
  lines: readonly LineImage[],
  stop: () => void = () => {},
): Promise<Reading[]> {
  const order = lines.map((_, index) => index).sort((a, b) => (lines[a]?.width ?? 0) - (lines[b]?.width ?? 0));
  const readings: Reading[] = new Array(lines.length);
  for (let from = 0; from < order.length; ) {
    stop();
    const width = padded(lines[order[from] ?? 0]?.width ?? 0);
    let to = from;
    while (
      to < order.length &&
      to - from < MAX_BATCH &&
      (to - from + 1) * width <= Math.max(width, MAX_BATCH_COLUMNS) &&
      padded(lines[order[to] ?? 0]?.width ?? 0) === width
    )
      to++;
    const members = order.slice(from, to);
    const size = 3 * LINE_HEIGHT * width;
    const input = new Float32Array(members.length * size);
    members.forEach((index, row) => {
      const line = lines[index];
      if (line !== undefined) packLine(line, input, row * size, width);
    });
    const output = await recognizer.session.run(input, [members.length, 3, LINE_HEIGHT, width]);
    const steps = output.dims[1] ?? 0;
    members.forEach((index, row) => {
      readings[index] = read(output.data, row * steps * recognizer.charset.length, steps, width, recognizer.charset);
    });
    from = to;
  }
  return readings;
}

const padded = (width: number): number => Math.max(MIN_WIDTH, Math.ceil(width / QUANTUM) * QUANTUM);

function read(data: Float32Array, offset: number, steps: number, width: number, charset: readonly string[]): Reading {
  const columns = width / Math.max(1, steps);
  const glyphs = decodeCtc(data, offset, steps, charset).map((glyph) => ({ ...glyph, step: glyph.step * columns }));
  const sum = glyphs.reduce((total, glyph) => total + glyph.confidence, 0);
  return { glyphs, confidence: glyphs.length === 0 ? 0 : sum / glyphs.length };
}
