import type { Entity } from './entity.ts';
import type { Recognizer } from './recognizer.ts';
import { iban } from './recognizers/bank.ts';
import { bitcoin, bitcoinSegwit, ethereum } from './recognizers/crypto-addresses.ts';
import { domainName, email, urlWithCredentials } from './recognizers/internet.ts';
import { apiKey, jwt } from './recognizers/secrets.ts';
import { type Scan, scanOf } from './scan.ts';

/** Values without spaces that a narrow column breaks in the middle. Broken numbers need no such help: see `digit-groups.ts`. */
const BREAKABLE: readonly Recognizer[] = [
  email,
  iban,
  apiKey,
  jwt,
  bitcoin,
  bitcoinSegwit,
  ethereum,
  urlWithCredentials,
];
const BREAK = /[ \t]*\r?\n[ \t]*/g;

/**
 * Looks at the text once more as if its line breaks were not there, for values broken over a line. Taken only where nothing
 * was found already, for a whole value at the end of a line must not grow into the next (a JWT may: its end cannot be told).
 */
export function findAcrossBreaks(scan: Scan, found: readonly Entity[]): Entity[] {
  if (!scan.text.includes('\n')) return [];
  const breaks: { at: number; removed: number }[] = [];
  let removed = 0;
  const glued = scan.text.replace(BREAK, (match, at: number) => {
    breaks.push({ at: at - removed, removed: removed + match.length });
    removed += match.length;
    return '';
  });
  const gluedScan = scanOf(glued, scan.region);
  const back = shiftBack(breaks);
  // A domain alone may be the rest of an address that began in the line above.
  const taken = found
    .filter(({ recognizer }) => recognizer !== domainName.name)
    .map(({ start, end, type }) => ({ start, end, type }))
    .sort((a, b) => a.start - b.start);
  const out: Entity[] = [];
  for (const recognizer of BREAKABLE)
    for (const entity of recognizer.find(gluedScan)) {
      const start = back(entity.start);
      const end = back(entity.end - 1) + 1;
      // No break inside: the first look saw the very same.
      if (end - start === entity.end - entity.start) continue;
      const clash = firstOverlap(taken, start, end);
      if (clash === undefined || (entity.type === 'JWT' && clash.type === 'JWT' && clash.start === start))
        out.push({ ...entity, start, end, why: `${entity.why}, over a line break` });
    }
  return out;
}

/** Offset in the glued text to offset in the text. */
function shiftBack(breaks: readonly { at: number; removed: number }[]): (offset: number) => number {
  return (offset) => {
    let low = 0;
    let high = breaks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((breaks[middle]?.at ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return offset + (low === 0 ? 0 : (breaks[low - 1]?.removed ?? 0));
  };
}

interface Span {
  start: number;
  end: number;
  type: string;
}

/** An entity that the range overlaps; the list in order of start. */
export function firstOverlap(sorted: readonly Span[], start: number, end: number): Span | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.start ?? 0) < end) low = middle + 1;
    else high = middle;
  }
  // Spans found by different recognizers may nest, so a few before the boundary are looked at.
  for (let i = low - 1; i >= 0 && i >= low - 16; i--) {
    const span = sorted[i];
    if (span !== undefined && span.end > start) return span;
  }
  return undefined;
}
