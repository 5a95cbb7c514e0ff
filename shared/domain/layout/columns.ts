import { byHeight, groupRows, median, middle, type Row, rowOf, tallness, unite } from './rows.ts';
import { isStandIn } from './stand-ins.ts';

interface Interval {
  from: number;
  to: number;
}

interface Run {
  first: number;
  /** Exclusive. */
  end: number;
  gutter: Interval;
}

/** A gutter between columns of prose is at least this wide, in row heights. */
const MIN_GUTTER = 0.8;
const MIN_ROWS = 3;
/** A band that is empty across columns for this many line heights ends them. */
const EMPTY_BAND = 4;
/** Letters this much taller than the usual ones make a heading. */
const HEADING = 1.25;
/** Lines of prose stand this near to one another, in heights of their words; those of forms further apart. */
const PROSE_PITCH = 2.3;
/** Stretches looked at, longest first; bounds the work on a page of scattered marks. */
const MAX_TRIES = 16;

/**
 * Parts rows into regions in reading order. Where a stretch of rows shares an empty gutter with prose on both sides, the
 * left side is read whole before the right; everything else (tables, forms, receipts) is read row by row. Works inward,
 * so three columns are two splits. A recursive cut in the manner of Nagy and Seth's X-Y tree, kept from cutting tables.
 */
export function arrangeColumns(rows: readonly Row[]): Row[][] {
  if (rows.length < MIN_ROWS) return rows.length === 0 ? [] : [[...rows]];
  const run = bestRun(rows);
  if (run === null) return [[...rows]];
  const at = (run.gutter.from + run.gutter.to) / 2;
  const inside = rows.slice(run.first, run.end);
  return [
    ...arrangeColumns(rows.slice(0, run.first)),
    ...arrangeColumns(side(inside, (x) => x < at)),
    ...arrangeColumns(side(inside, (x) => x >= at)),
    ...arrangeColumns(rows.slice(run.end)),
  ];
}

/** What is left of rows on one side of a gutter. */
const cut = (rows: readonly Row[], belongs: (x: number) => boolean): Row[] =>
  rows.flatMap((row) => {
    const words = row.words.filter((word) => belongs((word.box[0] + word.box[2]) / 2));
    return words.length === 0 ? [] : [{ words, box: unite(words.map((word) => word.box)) }];
  });

/** The rows on one side of a gutter, found anew: rows across the page may have held two of one side. */
function side(rows: readonly Row[], belongs: (x: number) => boolean): Row[] {
  const words = rows.flatMap((row) => row.words.filter((word) => belongs((word.box[0] + word.box[2]) / 2)));
  const stands = words.filter((word) => word.text === '');
  const text = stands.length === 0 ? words : words.filter((word) => word.text !== '');
  return [...groupRows(text), ...stands.map((word) => rowOf([word]))].sort(byHeight);
}

/** The longest stretch of rows with a common gutter and prose on both sides of it. */
function bestRun(rows: readonly Row[]): Run | null {
  const least = MIN_GUTTER * median(rows.map((row) => median(row.words.map((word) => tallness(word.box)))));
  const extent = unite(rows.map((row) => row.box));
  const free = rows.map((row) => emptyIn(row, extent[0], extent[2], least));
  const breaks = breaksOf(rows);
  const runs: Run[] = [];
  for (let first = 0; first < rows.length; first++)
    for (const start of free[first] ?? []) {
      // Part of a stretch that began further up.
      if (!breaks.has(first) && widestCommon(start, free[first - 1] ?? [], least) !== null) continue;
      let gutter = start;
      let end = first + 1;
      for (; end < rows.length; end++) {
        const next = breaks.has(end) ? null : widestCommon(gutter, free[end] ?? [], least);
        if (next === null) break;
        gutter = next;
      }
      if (end - first >= MIN_ROWS) runs.push({ first, end, gutter });
    }
  runs.sort((a, b) => b.end - b.first - (a.end - a.first) || a.first - b.first);
  return runs.slice(0, MAX_TRIES).find((run) => partsProse(rows.slice(run.first, run.end), run.gutter)) ?? null;
}

/**
 * Rows before which columns end: those below a band across the page that is empty for several lines, headings in larger
 * letters that nothing stands beside, and what follows those.
 */
function breaksOf(rows: readonly Row[]): Set<number> {
  const heights = rows.map((row) => median(row.words.map((word) => tallness(word.box))));
  const usual = median(rows.flatMap((row, index) => (isStandIn(row) ? [] : [heights[index] ?? 0])));
  const breaks = new Set<number>();
  let reached = Number.NEGATIVE_INFINITY;
  rows.forEach((row, index) => {
    const next = rows[index + 1];
    const height = heights[index] ?? usual;
    const apart = row.box[1] - reached;
    const heading = !isStandIn(row) && height >= HEADING * usual && apart > 0.5 * height;
    if (index > 0 && apart >= EMPTY_BAND * usual) breaks.add(index);
    if (heading && (next === undefined || next.box[1] - row.box[3] > 0.2 * usual)) {
      breaks.add(index);
      breaks.add(index + 1);
    }
    reached = Math.max(reached, row.box[3]);
  });
  return breaks;
}

/** Stretches of a row without words, between `from` and `to`, of at least `least`. */
function emptyIn(row: Row, from: number, to: number, least: number): Interval[] {
  const found: Interval[] = [];
  let at = from;
  for (const word of row.words) {
    if (word.box[0] - at >= least) found.push({ from: at, to: word.box[0] });
    at = Math.max(at, word.box[2]);
  }
  if (to - at >= least) found.push({ from: at, to });
  return found;
}

function widestCommon(gutter: Interval, others: readonly Interval[], least: number): Interval | null {
  let best: Interval | null = null;
  for (const other of others) {
    const common = { from: Math.max(gutter.from, other.from), to: Math.min(gutter.to, other.to) };
    const width = common.to - common.from;
    if (width >= least && (best === null || width > best.to - best.from)) best = common;
  }
  return best;
}

/** Prose fills its column line after line; labels, amounts and cells do not. */
function partsProse(rows: readonly Row[], gutter: Interval): boolean {
  const at = (gutter.from + gutter.to) / 2;
  const left = cut(rows, (x) => x < at);
  const right = cut(rows, (x) => x >= at);
  if (!parts(left, right) && !parts(right, left)) return false;
  const a = unite(left.map((row) => row.box));
  const b = unite(right.map((row) => row.box));
  const shared = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return shared > 0.5 * Math.min(a[3] - a[1], b[3] - b[1]);
}

/** Whether `column` is prose and `other` is so as well, stands for a figure or table, or is a note in the margin. */
function parts(column: readonly Row[], other: readonly Row[]): boolean {
  const text = column.filter((row) => !isStandIn(row));
  const beside = other.filter((row) => !isStandIn(row));
  if (text.length < MIN_ROWS || !isProse(text)) return false;
  if (beside.length === 0) return other.length > 0;
  if (beside.length >= MIN_ROWS && isProse(beside)) return true;
  return isNote(text, beside);
}

/** A note beside prose keeps to lines of its own; what stands on the very lines of the prose belongs to them. */
function isNote(text: readonly Row[], note: readonly Row[]): boolean {
  const words = (rows: readonly Row[]): number => median(rows.map((row) => row.words.length));
  if (note.length < 2 || words(text) < 5 || words(note) < 2) return false;
  let next = 0;
  const level = note.filter((row) => {
    const at = middle(row.box);
    while (next < text.length && middle(text[next]?.box ?? row.box) < at - 0.2 * tallness(row.box)) next++;
    const near = text[next];
    return near !== undefined && Math.abs(middle(near.box) - at) <= 0.2 * tallness(row.box);
  });
  return level.length < 0.5 * note.length;
}

function isProse(rows: readonly Row[]): boolean {
  if (median(rows.map((row) => row.words.length)) < 3 || !isLettered(rows)) return false;
  const pitch = median(rows.slice(1).map((row, index) => middle(row.box) - middle(rows[index]?.box ?? row.box)));
  const height = median(rows.map((row) => median(row.words.map((word) => tallness(word.box)))));
  if (pitch > PROSE_PITCH * height) return false;
  const extent = unite(rows.map((row) => row.box));
  const width = extent[2] - extent[0];
  return median(rows.map((row) => (row.box[2] - row.box[0]) / Math.max(1e-6, width))) >= 0.5;
}

/** Whether half of the words, of a few hundred of them, have letters. */
function isLettered(rows: readonly Row[]): boolean {
  const step = Math.ceil(rows.length / 40);
  const words = rows.flatMap((row, index) => (index % step === 0 ? row.words.slice(0, 12) : []));
  return words.filter((word) => /\p{L}{2}/u.test(word.text)).length >= 0.5 * words.length;
}
