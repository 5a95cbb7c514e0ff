import { decodeCtc, type Glyph } from './ctc.ts';
import { LINE_HEIGHT, type LineImage, packLine } from './line-image.ts';
import type { Provider, Session } from './session.ts';

export interface Reading {
  /** Steps are columns of the line image. */
  glyphs: Glyph[];
  /** Mean over the glyphs, 0 when there are none. */
  confidence: number;
}

export interface Recognizer {
  session: Session;
  charset: readonly string[];
  shapes: LineShapes;
}

/** How lines go into the model. `one`: each by itself, little padded. `fixed`: several at once, in few shapes. */
export type LineShapes = 'one' | 'fixed';

/** Widths of `one` are multiples of this; the model gives one time step for 8 columns. */
const QUANTUM = 32;
const MIN_WIDTH = 64;
/** A GPU plans each shape that it has not met: so there are few, all of them met at the start. */
const BUCKETS = [160, 320, 480, 640, 960, 1280, 1920, 2560, 3200] as const;
const MAX_LINES = 16;
/** Columns of a batch: bounds memory, as each column gives scores for up to 18,710 characters. */
const BATCH_COLUMNS = 5120;

/**
 * Lines one by one on a CPU: together they took longer a line than alone, and without an arena a new shape costs nothing
 * there. By buckets on a GPU.
 */
export const shapesFor = (provider: Provider): LineShapes => (provider === 'cpu' ? 'one' : 'fixed');

/** Reads lines, `fixed` those of like width together. Results are in the order of `lines`. */
export async function recognize(
  { session, charset, shapes }: Recognizer,
  lines: readonly LineImage[],
  stop: () => void = () => {},
): Promise<Reading[]> {
  const widthOf = (index: number): number => columnsFor(lines[index]?.width ?? 0, shapes);
  const order = lines.map((_, index) => index).sort((a, b) => widthOf(a) - widthOf(b));
  const readings: Reading[] = new Array(lines.length);
  for (let from = 0; from < order.length; ) {
    stop();
    const width = widthOf(order[from] ?? 0);
    const rows = rowsFor(width, shapes);
    const members = order.slice(from, from + rows).filter((index) => widthOf(index) === width);
    const size = 3 * LINE_HEIGHT * width;
    const input = new Float32Array(rows * size);
    members.forEach((index, row) => {
      const line = lines[index];
      if (line !== undefined) packLine(line, input, row * size, width);
    });
    const output = await session.run(input, [rows, 3, LINE_HEIGHT, width]);
    const steps = output.dims[1] ?? 0;
    members.forEach((index, row) => {
      readings[index] = read(output.data, row * steps * charset.length, steps, width, charset);
    });
    from += members.length;
  }
  return readings;
}

/** Runs every shape that there is once; `one` has no fixed ones. */
export async function warmUpShapes({ session, shapes }: Recognizer): Promise<void> {
  if (shapes === 'one') return;
  for (const width of BUCKETS) {
    const rows = rowsFor(width, shapes);
    await session.run(new Float32Array(rows * 3 * LINE_HEIGHT * width), [rows, 3, LINE_HEIGHT, width]);
  }
}

function columnsFor(width: number, shapes: LineShapes): number {
  const bucket = shapes === 'fixed' ? BUCKETS.find((one) => width <= one) : undefined;
  return bucket ?? Math.max(MIN_WIDTH, Math.ceil(width / QUANTUM) * QUANTUM);
}

const rowsFor = (width: number, shapes: LineShapes): number =>
  shapes === 'one' ? 1 : Math.max(1, Math.min(MAX_LINES, Math.floor(BATCH_COLUMNS / width)));

function read(data: Float32Array, offset: number, steps: number, width: number, charset: readonly string[]): Reading {
  const columns = width / Math.max(1, steps);
  const glyphs = decodeCtc(data, offset, steps, charset).map((glyph) => ({ ...glyph, step: glyph.step * columns }));
  const sum = glyphs.reduce((total, glyph) => total + glyph.confidence, 0);
  return { glyphs, confidence: glyphs.length === 0 ? 0 : sum / glyphs.length };
}
