import type { Entity } from './entity.ts';
import { firstOverlap } from './glued.ts';
import type { Recognizer } from './recognizer.ts';
import { caSin } from './recognizers/americas.ts';
import { iban } from './recognizers/bank.ts';
import { creditCard } from './recognizers/cards.ts';
import { ukNhs } from './recognizers/united-kingdom.ts';
import { usSsn } from './recognizers/united-states.ts';
import { deTaxId } from './recognizers/western-europe.ts';
import { type Scan, scanOf } from './scan.ts';

/** Letters that character recognition takes for digits, and people write for them. */
const READ_AS: Readonly<Record<string, string>> = {
  O: '0',
  o: '0',
  Q: '0',
  D: '0',
  I: '1',
  l: '1',
  '|': '1',
  S: '5',
  B: '8',
  Z: '2',
};
/** Numbers whose check digit or shape tells that the letters were digits. */
const CHECKED: readonly Recognizer[] = [creditCard, iban, usSsn, caSin, ukNhs, deTaxId];
/** A chain of digits, look-alikes and single separators, long enough for any of the numbers. */
const CHAIN =
  /(?<![\p{L}\p{N}])(?:[A-Z]{2}(?=[\dOoQDIl|SBZ]{2}))?[\dOoQDIl|SBZ](?:[ .-]?[\dOoQDIl|SBZ]){7,33}(?![\p{L}\p{N}])/gu;
const LETTERS = /[OoQDIl|SBZ]/g;

/**
 * Looks once more where a long number holds a few letters that look like digits. Taken only where nothing was found already
 * and a check digit, or the number's shape with its context, proves it. Offsets stay: letters are exchanged one for one.
 */
export function findMisread(scan: Scan, found: readonly Entity[]): Entity[] {
  let changed = false;
  const text = scan.text.replace(CHAIN, (chain) => {
    const head = /^[A-Z]{2}(?=[\dOoQDIl|SBZ]{2})/.test(chain) && /^[A-Z]{2}\d/.test(chain) ? 2 : 0;
    const body = chain.slice(head);
    const letters = body.match(LETTERS)?.length ?? 0;
    const digits = body.match(/\d/g)?.length ?? 0;
    if (letters === 0 || digits < letters * 2) return chain;
    changed = true;
    return chain.slice(0, head) + body.replace(LETTERS, (letter) => READ_AS[letter] ?? letter);
  });
  if (!changed) return [];
  const reread = scanOf(text, scan.region);
  const taken = [...found].sort((a, b) => a.start - b.start);
  return CHECKED.flatMap((recognizer) =>
    recognizer
      .find(reread)
      .filter(
        ({ start, end }) =>
          scan.text.slice(start, end) !== text.slice(start, end) && firstOverlap(taken, start, end) === undefined,
      )
      .map((entity) => ({ ...entity, why: `${entity.why}, letters read as digits` })),
  );
}
