import type { ExtractedField } from '../extraction-result.ts';
import type { FieldDef } from './catalogue/field-def.ts';
import { bounded, makeField } from './found.ts';
import type { LabelHit } from './labels.ts';
import { type ReadContext, type Reading, read } from './readers.ts';
import { place, type Row, type Segment, unite } from './view.ts';

/** Readers whose value ends with the segment it stands in: the form of the value does not show its end. */
const OPEN_ENDED: ReadonlySet<string> = new Set([
  'text',
  'shortText',
  'name',
  'person',
  'address',
  'boolean',
  'country',
  'sex',
]);

/** Lines of an address below its first. */
const MAX_ADDRESS_LINES = 5;

const readWith = (field: FieldDef, text: string, context: ReadContext): Reading | null => {
  if (field.find === undefined) return read(field.reader, text, context);
  const bounds = field.find(text.slice(0, 500));
  if (bounds === null) return null;
  const inner = read(field.reader, text.slice(bounds.start, bounds.end), context);
  return { value: inner?.value ?? text.slice(bounds.start, bounds.end), ...bounds, fit: 0.95 };
};

const shifted = (reading: Reading, by: number): Reading => ({
  ...reading,
  start: reading.start + by,
  end: reading.end + by,
});

/** Words in a run that make it a sentence rather than a label with its value. */
const SENTENCE = 9;

/**
 * A word among words: nothing sets it off as a label, and it stands in a sentence, or alone inside a name (`12 Bank
 * Street`).
 */
function inProse(hit: LabelHit, segment: Segment): boolean {
  const { text } = hit.row;
  if (/^\s{0,2}[:=#]/.test(text.slice(hit.end, hit.end + 3)) || hit.end >= segment.end - 1) return false;
  if (hit.size === 1 && /[\p{L}\p{N}] $/u.test(text.slice(segment.start, hit.start))) return true;
  return text.slice(segment.start, segment.end).split(' ').length >= SENTENCE;
}

/** How much a hit looks like a label: at the start of its segment and set off from what follows, not a word of a sentence. */
function standing(hit: LabelHit, segment: Segment): number {
  const { text } = hit.row;
  const before = text.slice(segment.start, hit.start);
  const after = text.slice(hit.end, hit.end + 4);
  const colon = /^\s{0,2}(?:no\.?|#|\.|\))?\s?[:=#]/i.test(after) || /^\s?\(/.test(after);
  // `7.` and `(b)` number a label.
  const atStart = /^[^\p{L}\p{N}]{0,3}(?:(?:\d{1,2}(?:\.\d{1,2}){0,2}|[a-z])[.)]\s{0,2})?$/u.test(before);
  const atEnd = hit.end >= segment.end - 1;
  let score = hit.exact ? 1 : 0.93;
  if (!atStart) score *= colon ? 0.9 : /[|,;)\]]\s*$/.test(before) ? 0.85 : 0.6;
  if (!colon && !atEnd && /^\s\p{Ll}/u.test(after)) score *= 0.75;
  // `Signed for the Client: …` names who signs, not the client.
  if (/\bsigned\b/i.test(before)) score *= 0.4;
  return score * (1 + 0.02 * Math.min(3, hit.size - 1));
}

const overlapX = (a: Segment, b: { box: Segment['box'] }): boolean => a.box[0] < b.box[2] && b.box[0] < a.box[2];

export interface LabelledPage {
  rows: readonly Row[];
  /** By index of the row. */
  hits: ReadonlyMap<number, readonly LabelHit[]>;
}

function rightOf(hit: LabelHit, field: FieldDef, hits: readonly LabelHit[], context: ReadContext) {
  const { row } = hit;
  // A misread label ends a value only where a column begins: "Supplies" inside a name is not "Supplier".
  const next = hits.find(
    (other) =>
      other.start >= hit.end &&
      row.text.slice(hit.end, other.start).trim().length > 1 &&
      (other.exact || row.segments.some((segment) => segment.start === other.start)),
  );
  const limit = Math.min(next?.start ?? row.text.length, hit.end + 400);
  const own = row.segments.find((segment) => hit.start >= segment.start && hit.start < segment.end);
  if (OPEN_ENDED.has(field.reader) && field.find === undefined) {
    for (const segment of row.segments) {
      if (segment.end <= hit.end) continue;
      const from = Math.max(segment.start, hit.end);
      const to = Math.min(segment.end, limit);
      if (from >= limit) break;
      const reading = readWith(field, row.text.slice(from, to), context);
      if (reading !== null) return { reading: shifted(reading, from), how: segment === own ? 0.96 : 0.92 };
    }
    return null;
  }
  const reading = readWith(field, row.text.slice(hit.end, limit), context);
  if (reading === null) return null;
  const at = shifted(reading, hit.end);
  return { reading: at, how: own !== undefined && at.start < own.end ? 0.97 : 0.95 };
}

/** Whether a segment is the value of what stands to its left: of a label, or of anything with a colon. */
function isTaken(row: Row, segment: Segment, page: LabelledPage): boolean {
  const left = row.segments.findLast((one) => one.end <= segment.start);
  if (left === undefined) return false;
  if (/:\s*$/.test(row.text.slice(left.start, left.end))) return true;
  return (
    page.hits
      .get(row.index)
      ?.some((hit) => hit.start >= left.start && hit.end >= left.end - 1 && hit.end <= left.end) === true
  );
}

function below(hit: LabelHit, field: FieldDef, page: LabelledPage, context: ReadContext) {
  const label = place(hit.row, hit.start, hit.end);
  for (let step = 1; step <= 2; step++) {
    const row = page.rows[hit.row.index + step];
    if (row === undefined || row.page !== hit.row.page) return null;
    if (row.box[1] - label.box[3] > hit.row.height * 2.5) return null;
    for (const segment of row.segments) {
      if (!overlapX(segment, label)) continue;
      const labelled = page.hits
        .get(row.index)
        ?.some((other) => other.start >= segment.start && other.start < segment.end);
      if (labelled === true || isTaken(row, segment, page)) return null;
      const reading = readWith(field, row.text.slice(segment.start, segment.end), context);
      if (reading === null) return null;
      return { row, reading: shifted(reading, segment.start), how: step === 1 ? 0.86 : 0.76 };
    }
  }
  return null;
}

/** Adds the lines that continue an address: same left edge, no gap, no label. */
function continueAddress(first: ExtractedField, from: Row, page: LabelledPage): ExtractedField {
  const lines = [first.raw];
  const boxes = [first.box];
  let bottom = first.box[3];
  for (let step = 1; step <= MAX_ADDRESS_LINES; step++) {
    const row = page.rows[from.index + step];
    if (row === undefined || row.page !== from.page || row.box[1] - bottom > from.height * 1.2) break;
    const segment = row.segments.find(
      (one) => one.box[0] < first.box[2] && first.box[0] - from.height * 2 < one.box[0],
    );
    if (segment === undefined) break;
    const labelled = page.hits
      .get(row.index)
      ?.some((hit) => hit.start >= segment.start && hit.start < segment.start + 3);
    if (labelled === true) break;
    lines.push(row.text.slice(segment.start, segment.end));
    boxes.push(segment.box);
    bottom = segment.box[3];
  }
  return { ...first, raw: lines.join('\n'), value: joinLines(lines), box: unite(boxes) };
}

/** Lines as one text: a comma between them unless one is there. */
export const joinLines = (lines: readonly string[]): string =>
  lines
    .map((line) =>
      line
        .replace(/\s+/g, ' ')
        .trim()
        .replace(/^[:,.;]\s*/, '')
        .replace(/[,;]$/, ''),
    )
    .filter((line) => line !== '')
    .join(', ');

/** The best value of each field that a label names; at most one a field. Linear in rows and hits. */
export function locateLabelled(
  page: LabelledPage,
  wanted: ReadonlySet<string>,
  context: ReadContext,
): Map<string, ExtractedField> {
  const best = new Map<string, ExtractedField>();
  for (const hits of page.hits.values()) {
    for (const hit of hits) {
      const segment = hit.row.segments.find((one) => hit.start >= one.start && hit.start < one.end);
      if (segment === undefined) continue;
      const stands = standing(hit, segment);
      const prose = inProse(hit, segment);
      for (const field of hit.fields) {
        if (!wanted.has(field.name)) continue;
        const right = rightOf(hit, field, hits, context);
        const found = right === null ? below(hit, field, page, context) : { ...right, row: hit.row };
        if (found === null) continue;
        // A one-word label at a value that fits anything says little.
        const open = OPEN_ENDED.has(field.reader) && field.find === undefined;
        const vague = (open && hit.size === 1 ? 0.88 : 1) * (open && prose ? 0.4 : 1);
        let made = makeField(field, found.row, found.reading, found.how * stands * vague);
        if (field.reader === 'address') made = continueAddress(made, found.row, page);
        const known = best.get(field.name);
        if (known === undefined || made.confidence > known.confidence + 0.015) {
          best.set(field.name, { ...made, confidence: bounded(made.confidence) });
        }
      }
    }
  }
  return best;
}
