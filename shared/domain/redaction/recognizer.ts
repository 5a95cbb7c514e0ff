import type { Entity } from './entity.ts';
import type { Scan } from './scan.ts';

/** Finds entities of its types in a normalized text, in time linear in the text. Offsets are those of the scan's text. */
export interface Recognizer {
  name: string;
  types: readonly string[];
  /** ISO 639-1 codes whose context words it knows; empty: it needs no words. */
  languages: readonly string[];
  find(scan: Scan): Entity[];
}

interface Rule {
  name: string;
  type: string;
  languages?: readonly string[];
  /** Score where no context word stands near. Below the usual threshold of .5: context is required. */
  score: number;
  /** Score with context; default: the greater of the score and .85. */
  scoreInContext?: number;
  /** Lower-case words or phrases. */
  context?: readonly string[];
  /** What decides beyond the shape, for `why`. */
  proof?: string;
}

export interface PatternRule extends Rule {
  /** Global, linear: bounded repeats, no nested ones. A group named `value` narrows the span. */
  pattern: RegExp;
  valid?: (value: string) => boolean;
}

function entity(scan: Scan, rule: Rule, start: number, end: number, score = rule.score): Entity {
  const near = rule.context !== undefined && scan.context.near(rule.context, start, end);
  const proof = rule.proof ?? 'pattern';
  return {
    type: rule.type,
    start,
    end,
    score: near ? Math.max(score, rule.scoreInContext ?? 0.85) : score,
    recognizer: rule.name,
    why: near ? `${proof}, context` : proof,
  };
}

/** A recognizer from a pattern, an optional check of the match, and context words. */
export function byPattern(rule: PatternRule): Recognizer {
  return {
    name: rule.name,
    types: [rule.type],
    languages: rule.languages ?? [],
    find: (scan) => {
      const found: Entity[] = [];
      for (const match of scan.text.matchAll(rule.pattern)) {
        const value = match.groups?.value ?? match[0];
        if (rule.valid !== undefined && !rule.valid(value)) continue;
        const start = match.index + (match.groups?.value === undefined ? 0 : match[0].indexOf(value));
        const made = entity(scan, rule, start, start + value.length);
        if (made.score > 0) found.push(made);
      }
      return found;
    },
  };
}

export interface NumberRule extends Rule {
  /** Group lengths as it is usually written, `[3, 2, 4]`; one group means written solid. */
  shapes: readonly (readonly number[])[];
  valid: (digits: string) => boolean;
  /** Score of the solid form where it differs (nine bare digits say less than 123-45-6789). */
  solidScore?: number;
}

const CURRENCY = '$€£¥';
const JOINS = '.,-/:';
const isWordChar = (char: string): boolean => /[\p{L}\p{N}_]/u.test(char);
const isDigit = (char: string): boolean => char >= '0' && char <= '9';

/** Not part of a longer word, amount or hyphenated number. */
function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.charAt(start - 1);
  const after = text.charAt(end);
  if (isWordChar(before) || isWordChar(after) || (before !== '' && CURRENCY.includes(before))) return false;
  if (before !== '' && JOINS.includes(before) && isDigit(text.charAt(start - 2))) return false;
  return !(after !== '' && JOINS.includes(after) && isDigit(text.charAt(end + 1)));
}

/**
 * A recognizer of numbers with a check digit. Sees the number in its usual grouping anywhere in a chain of digit groups, and
 * in any grouping (spaced out, broken over a line) where the chain as a whole has its length.
 */
export function byNumber(rule: NumberRule): Recognizer {
  const lengths = new Set(rule.shapes.map((shape) => shape.reduce((sum, length) => sum + length, 0)));
  return {
    name: rule.name,
    types: [rule.type],
    languages: rule.languages ?? [],
    find: (scan) => findNumbers(scan, rule, lengths),
  };
}

function findNumbers(scan: Scan, rule: NumberRule, lengths: ReadonlySet<number>): Entity[] {
  const { groups, runs } = scan.digits;
  const found: Entity[] = [];
  const consider = (from: number, to: number, score: number) => {
    const first = groups[from];
    const last = groups[to - 1];
    if (first === undefined || last === undefined) return;
    let digits = '';
    for (let i = from; i < to; i++) digits += groups[i]?.digits ?? '';
    if (!rule.valid(digits) || !standsAlone(scan.text, first.start, last.end)) return;
    const made = entity(scan, rule, first.start, last.end, score);
    if (made.score > 0) found.push(made);
  };
  for (let i = 0; i < groups.length; i++) {
    const length = groups[i]?.digits.length;
    for (const shape of rule.shapes) {
      if (shape[0] !== length) continue;
      let k = 1;
      while (k < shape.length && groups[i + k - 1]?.linked && groups[i + k]?.digits.length === shape[k]) k++;
      if (k === shape.length) consider(i, i + k, k === 1 ? (rule.solidScore ?? rule.score) : rule.score);
    }
  }
  for (const run of runs)
    if (run.to - run.from > 1 && lengths.has(run.total)) consider(run.from, run.to, rule.solidScore ?? rule.score);
  return found;
}
