import { FILLERS } from './fillers.ts';
import type { Lists } from './lists.ts';
import type { Random } from './random.ts';
import type { Sample } from './samples.ts';

const SLOT: Readonly<Record<Sample['spans'][number]['type'], string>> = {
  PERSON: 'person',
  ORGANIZATION: 'org',
  LOCATION: 'place',
  ADDRESS: 'address',
  DATE_TIME: 'date',
  TITLE: 'job',
  AGE: 'age',
  NRP: 'nrp',
};

/** The same text with other names in it, of the same kind and about the same make: one word for one word. */
export function refilled(sample: Sample, random: Random, lists: Lists): Sample {
  let text = '';
  let at = 0;
  const spans: Sample['spans'] = [];
  const shifts: { from: number; by: number }[] = [];
  for (const span of sample.spans) {
    if (span.start < at) continue;
    const value = sample.text.slice(span.start, span.end);
    const put = another(value, span.type, random, lists);
    text += sample.text.slice(at, span.start);
    spans.push({ start: text.length, end: text.length + put.length, type: span.type });
    text += put;
    shifts.push({ from: span.end, by: put.length - value.length });
    at = span.end;
  }
  const unknown = sample.unknown.map(({ start, end }) => {
    const by = shifts.reduce((sum, shift) => (shift.from <= start ? sum + shift.by : sum), 0);
    return { start: start + by, end: end + by };
  });
  return { ...sample, text: text + sample.text.slice(at), spans, unknown };
}

function another(value: string, type: Sample['spans'][number]['type'], random: Random, lists: Lists): string {
  const words = value.split(/\s+/).length;
  const fill = (slot: string): string => {
    const made = FILLERS[slot]?.(random, lists);
    return made === undefined ? value : Array.isArray(made) ? made.map((piece) => piece.text).join('') : made.text;
  };
  // Honorifics, weekdays, house numbers and units stay: they are what tells the one kind from the other.
  if (type === 'TITLE' && words === 1) return value;
  if (type === 'DATE_TIME' && !/\d/.test(value)) return fill('weekday');
  if (type === 'PERSON' && words === 1) return fill(random.chance(0.6) ? 'first' : 'last');
  if (type === 'LOCATION') return fill(random.chance(0.5) ? 'city' : 'country');
  if (type === 'ADDRESS') {
    if (/^\d{4,6}$/.test(value)) return fill('zip');
    if (/^(?:apt|suite)/i.test(value)) return fill('unit');
    if (/^\d{1,3}$/.test(value)) return fill('house');
    return /\n|,|\d{4}/.test(value) ? value : fill('street');
  }
  return fill(SLOT[type]);
}
