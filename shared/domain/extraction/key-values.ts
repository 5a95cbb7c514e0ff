import type { ExtractedField } from '../extraction-result.ts';
import { bounded } from './found.ts';
import { listedPairs } from './listed-pairs.ts';
import { type ReadContext, type Reading, read } from './readers.ts';
import { clip, slug } from './text.ts';
import { place, type Row, type Segment, unite } from './view.ts';

/** Most pairs that are kept of one document. */
export const MAX_PAIRS = 500;
const MAX_VALUE = 500;
/** Lines of a value below its first. */
const MAX_LINES = 5;
/** Space between the lines of one value, in row heights. */
const LINE_GAP = 0.8;
/** Characters that the line of a value has at least when it is full. */
const FULL_LINE = 24;

/** Numbering may stand before a label: `(13) Expenses: …`, `4. Place: …`. */
const KEY = /^\W{0,3}(?:\(?\d{1,3}[.)]\s{0,2}\W{0,2})?([\p{L}][\p{L}\p{N} .,'’"()/&#-]{0,58}?)\s?:(?![/\d])\s*(.*)$/u;

interface Part {
  row: Row;
  start: number;
  end: number;
}

interface Pair {
  key: string;
  value: Part;
  sure: number;
}

const textOf = (part: Part): string => part.row.text.slice(part.start, part.end);
const hasKey = (text: string): boolean => KEY.test(text.slice(0, 600));

/** The pair that a segment starts: the value beside the colon, else the next segment, else what stands right below. */
function pairAt(rows: readonly Row[], row: Row, index: number, segment: Segment): Pair | null {
  const text = row.text.slice(segment.start, Math.min(segment.end, segment.start + 600));
  if (!text.includes(':')) return null;
  const match = KEY.exec(text);
  const key = match?.[1]?.trim();
  if (match === null || key === undefined || key.split(' ').length > 7) return null;
  const beside = match[2]?.trim() ?? '';
  if (beside !== '') {
    const start = segment.start + text.length - (match[2]?.length ?? 0);
    return { key, value: { row, start, end: segment.start + text.trimEnd().length }, sure: 0.75 };
  }
  const next = row.segments[index + 1];
  if (next !== undefined) {
    const value = { row, start: next.start, end: next.end };
    if (!hasKey(textOf(value))) return { key, value, sure: 0.7 };
  }
  const below = rows[row.index + 1];
  const under = below?.segments.find((one) => one.box[0] < segment.box[2] && segment.box[0] < one.box[2]);
  if (below === undefined || under === undefined || below.page !== row.page) return null;
  if (below.box[1] - row.box[3] > row.height * 1.5) return null;
  const value = { row: below, start: under.start, end: under.end };
  return hasKey(textOf(value)) ? null : { key, value, sure: 0.55 };
}

/**
 * The lines that a value goes on in: set under it, or from the margin on where its next word had no room. Ends at a gap
 * and at the next label.
 */
function linesOf(rows: readonly Row[], first: Part, right: number): Part[] {
  const lines = [first];
  let box = place(first.row, first.start, first.end).box;
  const left = box[0];
  for (let step = 1; step <= MAX_LINES; step++) {
    const row = rows[first.row.index + step];
    if (row === undefined || row.page !== first.row.page || row.box[1] - box[3] > LINE_GAP * row.height) break;
    const segment =
      row.segments.find((one) => Math.abs(one.box[0] - left) < row.height) ??
      (row.segments.length === 1 ? row.segments[0] : undefined);
    const word = row.words.find((one) => one.start === segment?.start);
    if (segment === undefined || word === undefined) break;
    const part = { row, start: segment.start, end: segment.end };
    const aligned = Math.abs(segment.box[0] - left) < row.height && (segment.start === 0 || lines.length > 1);
    const above = lines.at(-1);
    const long = above !== undefined && above.end - above.start >= FULL_LINE && above.end === above.row.text.length;
    const full = long && box[2] + 0.3 * row.height + (word.box[2] - word.box[0]) > right;
    if ((!aligned && !full) || hasKey(textOf(part)) || /:$/.test(textOf(part))) break;
    if (row.segments.some((one) => one.end <= segment.start)) break;
    lines.push(part);
    box = segment.box;
  }
  return lines;
}

/** A value of one line that is wholly a date, an amount, an address of mail or a number to call, read as such. */
function typed(text: string, context: ReadContext): { type: ExtractedField['type']; reading: Reading } | null {
  for (const type of ['date', 'money', 'email', 'phone'] as const) {
    if (type === 'phone' && !text.startsWith('+')) continue;
    const reading = read(type, text, context);
    if (reading === null || reading.valid === false || reading.fit < 0.9) continue;
    if (text.slice(0, reading.start).trim() === '' && text.slice(reading.end).trim() === '') return { type, reading };
  }
  return null;
}

export interface PairOptions {
  /** Names that typed fields already have. */
  taken: ReadonlySet<string>;
  context: ReadContext;
  /** Tells text that is itself a label, no value. */
  isLabel: (text: string) => boolean;
  /** Tells rows of tables, which are no list of labels and values. */
  inTable: (row: Row) => boolean;
}

/**
 * Every `Label: value` pair of a document and every row of a list of labels and values, as fields named by a slug of the
 * label.
 */
export function keyValues(rows: readonly Row[], options: PairOptions): ExtractedField[] {
  const { taken, context, isLabel, inTable } = options;
  const found: ExtractedField[] = [];
  const used = new Map<string, number>();
  const rights = new Map<number, number>();
  for (const row of rows) rights.set(row.page, Math.max(rights.get(row.page) ?? 0, row.box[2]));
  const listed = listedPairs(
    rows.filter((row) => !inTable(row)),
    hasKey,
  );
  for (const row of rows) {
    const pairs = row.segments.flatMap((segment, index) => pairAt(rows, row, index, segment) ?? []);
    const beside = listed.get(row.index);
    if (pairs.length === 0 && beside !== undefined) {
      pairs.push({ key: beside.key, value: { row, start: beside.start, end: beside.end }, sure: 0.6 });
    }
    for (const { key, value: first, sure } of pairs) {
      if (found.length >= MAX_PAIRS) return found;
      const lines = linesOf(rows, first, rights.get(first.row.page) ?? 0);
      const joined = lines.map(textOf).join(' ').replace(/\s+/g, ' ');
      const value = clip(joined.replace(/^[_.\s]+|[_\s]+$/g, ''), MAX_VALUE);
      if (value === '' || isLabel(value)) continue;
      const base = slug(key);
      if (taken.has(base)) continue;
      const count = (used.get(base) ?? 0) + 1;
      used.set(base, count);
      const places = lines.map((line) => place(line.row, line.start, line.end));
      const seen = places.reduce((sum, one) => sum + one.confidence, 0) / places.length;
      const known = lines.length === 1 ? typed(value, context) : null;
      found.push({
        name: count === 1 ? base : `${base.slice(0, 58)}_${count}`,
        type: known?.type ?? 'text',
        raw: value,
        value: known?.reading.value ?? value,
        confidence: bounded(sure * (known === null ? 1 : 1.1) * (0.5 + 0.5 * seen)),
        valid: known?.reading.valid ?? null,
        page: first.row.page,
        box: unite(places.map((one) => one.box)),
      });
    }
  }
  return found;
}
