import type { Ruling } from '../../shared/domain/layout/marks.ts';
import type { Box } from '../../shared/domain/page.ts';
import { eachRun, type InkMap } from './ink-map.ts';

/** A stretch of ink along one row (or column) of the map: `at` is the row, from `from` to `to` (exclusive). */
interface Run {
  at: number;
  from: number;
  to: number;
}

/** In pixels of the map. */
const LEAST_RUN = 10;
const BRIDGED = 2;
const MOST_THICK = 5;
/** Pieces of one line may be this far apart where print is faint, and this much off. */
const BROKEN = 14;
const OFF = 2;
const LEAST_LENGTH = 22;
/** In heights of the page's letters. */
const LEAST_LETTERS = 1.6;
const MAX_RULINGS = 1000;

/**
 * Long straight lines of a page, nearly level or nearly upright (to about 9 %), in pixels of the page, longest first: runs
 * of ink that are thin across, joined from row to row and fitted by least squares. `words` are boxes on the page: strokes
 * of letters are no lines. `letters`: usual height of letters on the page.
 */
export function findRulings(map: InkMap, words: readonly Box[], letters: number): Ruling[] {
  const least = Math.max(LEAST_LENGTH, (LEAST_LETTERS * letters) / map.scale);
  const text = textMask(map, words);
  const level = linesOf(levelRuns(map, text), least);
  const upright = linesOf(uprightRuns(map, text), least);
  const { scale } = map;
  return [
    ...level.map(({ from, to, start, end }): Ruling => ({ x0: from, y0: start, x1: to, y1: end })),
    ...upright.map(({ from, to, start, end }): Ruling => ({ x0: start, y0: from, x1: end, y1: to })),
  ]
    .map(({ x0, y0, x1, y1 }) => ({ x0: x0 * scale, y0: y0 * scale, x1: x1 * scale, y1: y1 * scale }))
    .sort((a, b) => lengthOf(b) - lengthOf(a))
    .slice(0, MAX_RULINGS);
}

const lengthOf = ({ x0, y0, x1, y1 }: Ruling): number => Math.abs(x1 - x0) + Math.abs(y1 - y0);

/** 1 where letters are: the boxes of words without the space above and below, where lines may run. */
function textMask({ width, height, scale }: InkMap, words: readonly Box[]): Uint8Array {
  const mask = new Uint8Array(width * height);
  for (const [x0, y0, x1, y1] of words) {
    const tall = y1 - y0;
    const left = Math.max(0, Math.floor(x0 / scale));
    const right = Math.min(width, Math.ceil(x1 / scale));
    const bottom = Math.min(height, Math.ceil((y1 - 0.12 * tall) / scale));
    for (let y = Math.max(0, Math.floor((y0 + 0.1 * tall) / scale)); y < bottom; y++)
      mask.fill(1, y * width + left, y * width + right);
  }
  return mask;
}

function levelRuns(map: InkMap, text: Uint8Array): Run[] {
  const { width, height, ink } = map;
  const runs: Run[] = [];
  eachRun(map, BRIDGED, (y, from, to) => {
    const thin = (x: number): boolean => text[y * width + x] === 0 && thinAcross(ink, y * width + x, width, y, height);
    if (to - from >= LEAST_RUN && mostlyThin(from, to, thin)) runs.push({ at: y, from, to });
  });
  return runs;
}

function uprightRuns({ width, height, ink }: InkMap, text: Uint8Array): Run[] {
  const runs: Run[] = [];
  const thin = (x: number, y: number): boolean =>
    text[y * width + x] === 0 && thinAcross(ink, y * width + x, 1, x, width);
  /** Where the open run of each column began, plus 1; 0 when there is none. */
  const begun = new Int32Array(width);
  const last = new Int32Array(width);
  const close = (x: number): void => {
    const from = (begun[x] as number) - 1;
    const to = (last[x] as number) + 1;
    begun[x] = 0;
    if (to - from >= LEAST_RUN && mostlyThin(from, to, (y) => thin(x, y))) runs.push({ at: x, from, to });
  };
  for (let y = 0; y < height; y++)
    for (let x = 0, at = y * width; x < width; x++, at++) {
      if (ink[at] === 1) {
        if (begun[x] === 0) begun[x] = y + 1;
        last[x] = y;
      } else if (begun[x] !== 0 && y - (last[x] as number) > BRIDGED) close(x);
    }
  for (let x = 0; x < width; x++) if (begun[x] !== 0) close(x);
  return runs.sort((a, b) => a.at - b.at || a.from - b.from);
}

/** Whether the ink at `at` is no wider than a line, in steps of `step` (its place among `count` such steps is `place`). */
function thinAcross(ink: Uint8Array, at: number, step: number, place: number, count: number): boolean {
  let wide = 1;
  for (let k = 1; place - k >= 0 && wide <= MOST_THICK && ink[at - k * step] === 1; k++) wide++;
  for (let k = 1; place + k < count && wide <= MOST_THICK && ink[at + k * step] === 1; k++) wide++;
  return wide <= MOST_THICK;
}

/** Crossing lines and text that touches leave most of a line thin and free. */
function mostlyThin(from: number, to: number, thin: (along: number) => boolean): boolean {
  const step = Math.max(1, Math.floor((to - from) / 24));
  let count = 0;
  let yes = 0;
  for (let along = from + (step >> 1); along < to; along += step) {
    count++;
    if (thin(along)) yes++;
  }
  return yes >= 0.6 * count;
}

interface Line {
  from: number;
  to: number;
  /** Where it is across, at both ends. */
  start: number;
  end: number;
}

/** Sums of a least-squares fit over the pixels of runs. */
class Fit {
  from = Number.POSITIVE_INFINITY;
  to = Number.NEGATIVE_INFINITY;
  area = 0;
  #x = 0;
  #y = 0;
  #xx = 0;
  #xy = 0;

  add({ at, from, to }: Run): void {
    const length = to - from;
    const middle = (from + to) / 2;
    const across = at + 0.5;
    this.from = Math.min(this.from, from);
    this.to = Math.max(this.to, to);
    this.area += length;
    this.#x += length * middle;
    this.#y += length * across;
    this.#xx += length * (middle * middle + (length * length) / 12);
    this.#xy += length * middle * across;
  }

  take(other: Fit): void {
    this.from = Math.min(this.from, other.from);
    this.to = Math.max(this.to, other.to);
    this.area += other.area;
    this.#x += other.#x;
    this.#y += other.#y;
    this.#xx += other.#xx;
    this.#xy += other.#xy;
  }

  line(): Line {
    const spread = this.area * this.#xx - this.#x * this.#x;
    const slope = spread < 1e-9 ? 0 : (this.area * this.#xy - this.#x * this.#y) / spread;
    const base = (this.#y - slope * this.#x) / Math.max(1, this.area);
    return { from: this.from, to: this.to, start: base + slope * this.from, end: base + slope * this.to };
  }
}

/** Runs, sorted by `at`, as lines: those that touch in neighbouring rows are one, as are pieces in one line. */
function linesOf(runs: readonly Run[], least: number): Line[] {
  const fits: Fit[] = [];
  let open: { fit: Fit; run: Run }[] = [];
  let at = -1;
  for (const run of runs) {
    if (run.at !== at) open = open.filter((one) => run.at - one.run.at <= 2);
    at = run.at;
    const touching = open.find(
      (one) => one.run.at < run.at && one.run.from <= run.to + 2 && one.run.to >= run.from - 2,
    );
    const fit = touching?.fit ?? new Fit();
    if (touching === undefined) fits.push(fit);
    fit.add(run);
    open.push({ fit, run });
  }
  const thin = fits.filter((fit) => fit.area <= MOST_THICK * (fit.to - fit.from));
  return pieced(thin)
    .map((fit) => fit.line())
    .filter((line) => line.to - line.from >= least && Math.abs(line.end - line.start) <= 0.1 * (line.to - line.from));
}

/** Joins pieces that go on where another one ends. */
function pieced(fits: readonly Fit[]): Fit[] {
  const sorted = [...fits].sort((a, b) => a.from - b.from);
  const done: Fit[] = [];
  const ends = new Map<number, Fit[]>();
  const slot = (across: number): number => Math.floor(across / 4);
  for (const fit of sorted) {
    const { start } = fit.line();
    const before = [-1, 0, 1]
      .flatMap((by) => ends.get(slot(start) + by) ?? [])
      .find(
        (one) => fit.from - one.to <= BROKEN && fit.from - one.to >= -BROKEN && Math.abs(one.line().end - start) <= OFF,
      );
    const kept = before ?? fit;
    if (before === undefined) done.push(fit);
    else before.take(fit);
    const at = slot(kept.line().end);
    const list = ends.get(at) ?? [];
    if (!list.includes(kept)) list.push(kept);
    ends.set(at, list);
  }
  return done;
}
