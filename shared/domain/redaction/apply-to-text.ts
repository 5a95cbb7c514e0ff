import type { Operator, Policy } from '../policy.ts';
import type { Entity } from './entity.ts';
import type { OperatorKeys } from './operators/keyed.ts';
import { applyOperator, isRedacted, operatorFor } from './operators.ts';
import { touchedBy } from './overlap.ts';
import type { ValueSet } from './value-set.ts';

export interface TextTools {
  policy: Pick<Policy, 'default' | 'entities'>;
  keys: OperatorKeys;
  /** Values that must not be in the output, whatever an operator would leave of another one. */
  values?: Pick<ValueSet, 'find'>;
  /** Looks at what has come out: what stands together now may be a value that was none before. Default: nobody does. */
  findAgain?: (text: string) => Entity[];
}

/** What the policy puts in the value's place: the type, where its operator would leave a value that must not be there. */
export async function applyToValue(value: string, type: string, { policy, keys, values }: TextTools): Promise<string> {
  const operator = operatorFor(policy, type);
  const made = await applyOperator(value, type, operator, keys);
  return operator.operator !== 'keep' && (values?.find(made).length ?? 0) > 0 ? `<${type}>` : made;
}

/** Looks at the output; nearly always the first finds nothing, and hardly ever the second. */
const MOST_LOOKS = 8;

/** Where something stands that an operator has written and that must not be taken for a value: it may well look like one. */
interface Written {
  start: number;
  end: number;
}

/** What says nothing may be found and written anew; a hash or another date may not. */
const saysSomething = (operator: Operator): boolean =>
  operator.operator === 'replace'
    ? /[\p{L}\p{N}]/u.test(operator.with ?? '')
    : operator.operator === 'mask'
      ? operator.keepLast > 0
      : operator.operator !== 'remove' && operator.operator !== 'keep';

/**
 * The text with each entity's operator applied. Entities must not overlap and come in order, as `findEntities` gives them.
 * What `findAgain` then finds in the output goes as well, save in what operators have written that says something, until
 * nothing changes any more.
 */
export async function applyToText(text: string, entities: readonly Entity[], tools: TextTools): Promise<string> {
  let made = await applyOnce(text, entities, [], tools);
  if (tools.findAgain === undefined || made.text === text) return made.text;
  for (let look = 0; look < MOST_LOOKS; look++) {
    const { text: before, written } = made;
    const more = tools
      .findAgain(before)
      .filter(
        (one) => isRedacted(tools.policy, one.type) && (says(before, one, written) || isKnown(before, one, tools)),
      );
    if (more.length === 0) break;
    made = await applyOnce(before, more, written, tools);
    if (made.text === before) break;
  }
  return made.text;
}

/** What operators have left of two values may be a third. */
const isKnown = (text: string, { start, end }: Written, { values }: TextTools): boolean =>
  (values?.find(text.slice(start, end)).length ?? 0) > 0;

/** Whether any letter or digit of the find is none of what was written. */
function says(text: string, { start, end }: Written, written: readonly Written[]): boolean {
  let rest = '';
  let at = start;
  for (const one of touchedBy(written, { start, end })) {
    rest += text.slice(at, Math.max(at, one.start));
    at = Math.max(at, one.end);
  }
  return /[\p{L}\p{N}]/u.test(rest + text.slice(at, Math.max(at, end)));
}

async function applyOnce(
  text: string,
  entities: readonly Entity[],
  before: readonly Written[],
  tools: TextTools,
): Promise<{ text: string; written: Written[] }> {
  const parts: string[] = [];
  const written: Written[] = [];
  let at = 0;
  let length = 0;
  let next = 0;
  const keepUntil = (end: number): void => {
    for (; next < before.length && (before[next]?.start ?? 0) < end; next++) {
      const one = before[next];
      if (one !== undefined && one.start >= at && one.end <= end)
        written.push({ start: one.start - at + length, end: one.end - at + length });
    }
    parts.push(text.slice(at, end));
    length += end - at;
    at = end;
  };
  for (const { type, start: from, end: to } of entities) {
    // One that begins in what went with the last goes on behind it.
    if (to <= at) continue;
    // What was written stays whole: a find that reaches into it takes all of it.
    const touched = touchedBy(before, { start: from, end: to });
    const start = Math.max(at, Math.min(from, touched[0]?.start ?? from));
    const end = Math.max(to, touched.at(-1)?.end ?? to);
    keepUntil(start);
    const made = await applyToValue(text.slice(start, end), type, tools);
    if (saysSomething(operatorFor(tools.policy, type))) written.push({ start: length, end: length + made.length });
    parts.push(made);
    length += made.length;
    at = end;
    while (next < before.length && (before[next]?.start ?? 0) < end) next++;
  }
  keepUntil(text.length);
  return { text: parts.join(''), written };
}
