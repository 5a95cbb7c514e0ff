import type { Entity } from '../entity.ts';

/** What may stand between the parts of one address. */
const BETWEEN = /^[ \t]{0,4},?[ \t]{0,4}(?:\r?\n[ \t]{0,4},?[ \t]{0,4})?$/;
const CORNER = /\b(?:the )?(?:corner|junction|intersection) of [^\n]{0,80}$/i;
const CORNER_OF = /\b(?:the )?(?:corner|junction|intersection) of $/i;
/** Small words before the address on its line, or a label before it: a sentence or a field, not a block of lines. */
const SENTENCE = /\p{Ll}{2,}[^\n]{0,40}\s\p{Ll}{1,}[^\n]{0,40}$|\b(?:and|at|from|in|is|near|on|or|to) $/u;
const LABEL = /\p{L}:\s{0,20}$/u;
/** A line of digits alone after a line that ends in a post code: a telephone number that follows the address. */
const NUMBER_BELOW = /\d{4,6}[ \t]{0,4}(?=\r?\n[ \t]{0,4}[+(]?\d[\d ()./-]{4,20}$)/;
/** A number before a street that has its own: `14 Elm Road 83`, `6 114 Elm Road`. */
const BEFORE_STREET = /^\d{1,3}\p{L}? /u;
const NUMBERED_STREET = /^(?:\d{1,5}\p{L}? [^\d\n,]{2,60}|[^\d\n,]{2,60} \d{1,4}\p{L}?)\.?$/u;
/** Words whose number is not that of a house. */
const OTHER_NUMBER = /\b(?:apartment|apt|flat|floor|highway|hwy|room|route|suite|unit)\b/i;
/** What begins with a unit is no whole address. */
const UNIT = /^(?:apartment|apt|flat|suite|unit)\.? \d/i;
const POST_CODE = /(?<=^\D{4,60} )\d{4,6}$/;
/** How far back a line is read. */
const LINE = 120;

/**
 * Parts of an address that stand together in a sentence as one: `12 Elm Street`, `Springfield`, `IL 62701` are no three things
 * there. In a block of lines they stay apart, each in its line; so do a street and its town alone, and a number before a street
 * that has its own. Entities in order.
 */
export function wholeAddresses(text: string, entities: readonly Entity[]): Entity[] {
  const out: Entity[] = [];
  for (let i = 0; i < entities.length; ) {
    const first = entities[i];
    if (first === undefined) break;
    if (first.type !== 'ADDRESS') {
      out.push(first);
      i++;
      continue;
    }
    let end = i + 1;
    while (end < entities.length && goesOn(text, entities, end)) end++;
    const parts = supported(entities.slice(i, end));
    const last = parts.at(-1) ?? first;
    if (parts.length > 1 && isWhole(text, parts)) {
      out.push(trimmed(text, { ...(parts[0] ?? first), end: last.end }));
      i = end;
    } else {
      const block = parts.some(({ type, start }) => type === 'LOCATION' || UNIT.test(text.slice(start, start + 12)));
      for (const part of parts)
        if (part.type !== 'ADDRESS') out.push(part);
        else if (isStreetOf(text, out.at(-1), part)) out.push({ ...part, start: out.pop()?.start ?? part.start });
        else if (block && !isInSentence(text, part.start))
          out.push(...linesOf(text, part).flatMap((line) => numberApart(text, line)));
        else out.push(...numberApart(text, trimmed(text, part)));
      i = end;
    }
  }
  return out;
}

/** Parts of one address are as sure as the surest of them: `14` before a street is no number by chance. */
function supported(parts: readonly Entity[]): Entity[] {
  const score = parts.reduce((most, part) => Math.max(most, part.score), 0);
  return parts.map((part) => (part.type === 'ADDRESS' ? { ...part, score } : part));
}

/** Whether a part is the street of the house number before it. A street with a number of its own is not. */
const isStreetOf = (text: string, number: Entity | undefined, street: Entity): boolean =>
  number?.type === 'ADDRESS' &&
  number.end === street.start - 1 &&
  /^\d{1,5}\p{L}?$/u.test(text.slice(number.start, number.end)) &&
  /^\D+$/.test(text.slice(street.start, street.end));

const corner = (text: string, start: number, pattern: RegExp): RegExpExecArray | null =>
  pattern.exec(text.slice(Math.max(0, start - LINE), start));

/** Whether the entity at `index` is a further part of the address that the one before it belongs to. */
function goesOn(text: string, entities: readonly Entity[], index: number): boolean {
  const before = entities[index - 1];
  const entity = entities[index];
  if (before === undefined || entity === undefined) return false;
  if (entity.type !== 'ADDRESS' && entity.type !== 'LOCATION') return false;
  if (entity.start - before.end > 24) return false;
  const between = text.slice(before.end, entity.start);
  // `the corner of Elm Street and Oak Street`
  return (
    BETWEEN.test(between) ||
    (entity.type === 'ADDRESS' && between === ' and ' && corner(text, before.end, CORNER) !== null)
  );
}

function isInSentence(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - LINE), start);
  return SENTENCE.test(before.slice(before.lastIndexOf('\n') + 1)) || LABEL.test(before);
}

function isWhole(text: string, parts: readonly Entity[]): boolean {
  const start = parts[0]?.start ?? 0;
  const end = parts.at(-1)?.end ?? start;
  if (parts.length === 2 && CORNER.test(text.slice(Math.max(0, start - LINE), parts[0]?.end))) return true;
  if (!isInSentence(text, start)) return false;
  if (parts.length === 2 && numberBefore(text.slice(start, end)) > 0) return false;
  const places = parts.filter(({ type }) => type === 'LOCATION').length;
  return places > 1 || parts.at(-1)?.type === 'ADDRESS' || text.slice(start, end).includes('\n');
}

/** With the words that tell a corner, without a telephone number below. */
function trimmed(text: string, entity: Entity): Entity {
  const head = corner(text, entity.start, CORNER_OF)?.[0].length ?? 0;
  const value = text.slice(entity.start, entity.end);
  const below = value.includes('\n') ? NUMBER_BELOW.exec(value) : null;
  return {
    ...entity,
    start: entity.start - head,
    end: below === null ? entity.end : entity.start + below.index + below[0].trimEnd().length,
  };
}

/** How long the number before a street that has its own is in `value`, with the space after it; 0 where there is none. */
function numberBefore(value: string): number {
  const length = BEFORE_STREET.exec(value)?.[0].length ?? 0;
  const street = value.slice(length);
  return NUMBERED_STREET.test(street) && !OTHER_NUMBER.test(street) ? length : 0;
}

/** The number before a street that has its own by itself, then the street. */
function numberApart(text: string, entity: Entity): Entity[] {
  const length = numberBefore(text.slice(entity.start, entity.end));
  if (length === 0) return [entity];
  const street = entity.start + length;
  return [
    { ...entity, end: street - 1 },
    { ...entity, start: street },
  ];
}

/** The lines of a part of a block, each by itself. */
function linesOf(text: string, entity: Entity): Entity[] {
  const whole = trimmed(text, entity);
  const lines: Entity[] = [];
  let at = whole.start;
  for (const line of text.slice(whole.start, whole.end).split('\n')) {
    const start = at + line.length - line.trimStart().length;
    const end = at + line.trimEnd().length;
    const code = POST_CODE.exec(text.slice(start, end))?.index;
    if (code !== undefined && lines.length > 0)
      lines.push({ ...whole, start, end: start + code - 1 }, { ...whole, start: start + code, end });
    else if (end > start) lines.push({ ...whole, start, end });
    at += line.length + 1;
  }
  return lines;
}
