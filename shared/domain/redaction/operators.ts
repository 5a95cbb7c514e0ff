import type { Operator, Policy } from '../policy.ts';
import { canonical } from './normalize.ts';
import { generalize } from './operators/generalize.ts';
import type { OperatorKeys } from './operators/keyed.ts';
import { preserveFormat } from './operators/preserve-format.ts';
import { pseudonymize } from './operators/pseudonym.ts';
import { shiftDate } from './operators/shift-dates.ts';

export const operatorFor = (policy: Pick<Policy, 'default' | 'entities'>, type: string): Operator =>
  policy.entities[type] ?? policy.default;

export const isRedacted = (policy: Pick<Policy, 'default' | 'entities'>, type: string): boolean =>
  operatorFor(policy, type).operator !== 'keep';

/** What is read as a letter or a digit, `Ⓐ` and the like too. */
const isAlphanumeric = (char: string): boolean =>
  /[\p{L}\p{N}]/u.test(char) || (char > '\u007f' && canonical(char) !== '');

/** Letters and digits become the character, save the last `keepLast` of them; a value not twice that long is masked whole. */
function mask(value: string, character: string, keepLast: number): string {
  const chars = [...value];
  const total = chars.filter(isAlphanumeric).length;
  let toMask = total >= keepLast * 2 ? total - keepLast : total;
  return chars.map((char) => (isAlphanumeric(char) && toMask-- > 0 ? character : char)).join('');
}

/** Hex digest, the same for the same value and type within a tenant, however it is printed. */
async function digest(value: string, type: string, { mac }: OperatorKeys): Promise<string> {
  return Buffer.from(await mac('redaction-hash', `${type}\0${canonical(value)}`))
    .toString('hex')
    .slice(0, 16);
}

/**
 * What stands in the value's place. `keep` gives the value back. Where an operator has no answer for a value (a date that cannot be
 * read, a number too short to hide, a word that is as coarse as it gets), the type stands there: never the value.
 */
export async function applyOperator(
  value: string,
  type: string,
  operator: Operator,
  keys: OperatorKeys,
): Promise<string> {
  const made = await operated(value, type, operator, keys);
  // `keep` means to, and what a mask or a text stands for already is none any more.
  const gives =
    operator.operator === 'generalize' || operator.operator === 'preserveFormat' || operator.operator === 'shiftDates';
  return gives && canonical(made) === canonical(value) ? `<${type}>` : made;
}

async function operated(value: string, type: string, operator: Operator, keys: OperatorKeys): Promise<string> {
  switch (operator.operator) {
    case 'replace':
      return operator.with ?? `<${type}>`;
    case 'mask':
      return mask(value, operator.character, operator.keepLast);
    case 'hash':
      return `<${type}:${await digest(value, type, keys)}>`;
    case 'pseudonymize':
      return pseudonymize(value, type, keys);
    case 'preserveFormat':
      return (await preserveFormat(value, type, keys)) ?? `<${type}>`;
    case 'shiftDates':
      return (await shiftDate(value, operator.mostDays, keys)) ?? `<${type}>`;
    case 'generalize':
      return generalize(value, type) ?? `<${type}>`;
    case 'remove':
      return '';
    case 'keep':
      return value;
  }
}
