import type { ExtractedField } from '../extraction-result.ts';
import { bounded } from './found.ts';
import { clip, slug } from './text.ts';
import { place, type Row } from './view.ts';

/** Most pairs that are kept of one document. */
export const MAX_PAIRS = 500;
const MAX_VALUE = 500;

const KEY = /^\W{0,3}([\p{L}][\p{L}\p{N} .,'’()/&#-]{0,58}?)\s?:(?![/\d])\s*(.*)$/u;

/**
 * Every `Label: value` pair of a document, as text fields named by a slug of the label: the value beside the colon, else
 * the next segment, else what stands right below. `taken` are names that typed fields already have.
 */
export function keyValues(rows: readonly Row[], taken: ReadonlySet<string>): ExtractedField[] {
  const found: ExtractedField[] = [];
  const used = new Map<string, number>();
  for (const row of rows) {
    for (const [index, segment] of row.segments.entries()) {
      if (found.length >= MAX_PAIRS) return found;
      const text = row.text.slice(segment.start, Math.min(segment.end, segment.start + 600));
      if (!text.includes(':')) continue;
      const match = KEY.exec(text);
      const key = match?.[1]?.trim();
      if (match === null || key === undefined || key.split(' ').length > 7) continue;
      let value = match[2]?.trim() ?? '';
      let at = {
        row,
        start: segment.start + text.length - (match[2]?.length ?? 0),
        end: segment.start + text.trimEnd().length,
      };
      let sure = 0.75;
      if (value === '') {
        const next = row.segments[index + 1];
        const beside = next === undefined ? '' : row.text.slice(next.start, next.end);
        if (next !== undefined && beside !== '' && !KEY.test(beside)) {
          value = beside;
          at = { row, start: next.start, end: next.end };
          sure = 0.7;
        } else {
          const below = rows[row.index + 1];
          const under = below?.segments.find((one) => one.box[0] < segment.box[2] && segment.box[0] < one.box[2]);
          if (below === undefined || under === undefined || below.page !== row.page) continue;
          if (below.box[1] - row.box[3] > row.height * 1.5) continue;
          value = below.text.slice(under.start, under.end);
          if (KEY.test(value)) continue;
          at = { row: below, start: under.start, end: under.end };
          sure = 0.55;
        }
      }
      value = clip(value.replace(/\s+/g, ' ').replace(/^[_.\s]+|[_\s]+$/g, ''), MAX_VALUE);
      if (value === '') continue;
      const base = slug(key);
      if (taken.has(base)) continue;
      const count = (used.get(base) ?? 0) + 1;
      used.set(base, count);
      const spot = place(at.row, at.start, at.end);
      found.push({
        name: count === 1 ? base : `${base.slice(0, 58)}_${count}`,
        type: 'text',
        raw: value,
        value,
        confidence: bounded(sure * (0.5 + 0.5 * spot.confidence)),
        valid: null,
        page: at.row.page,
        box: spot.box,
      });
    }
  }
  return found;
}
