import type { Operator, Policy } from '../policy.ts';
import type { Entity } from './entity.ts';
import { canonical } from './normalize.ts';

/** Keyed digest of a value, hex; stable within a tenant. The caller binds it to the tenant's key. */
export type HashValue = (value: string) => Promise<string>;

export const operatorFor = (policy: Pick<Policy, 'default' | 'entities'>, type: string): Operator =>
  policy.entities[type] ?? policy.default;

export const isRedacted = (policy: Pick<Policy, 'default' | 'entities'>, type: string): boolean =>
  operatorFor(policy, type).operator !== 'keep';

const isAlphanumeric = (char: string): boolean => /[\p{L}\p{N}]/u.test(char);

/** Letters and digits become the character, save the last `keepLast` of them; a value not twice that long is masked whole. */
function mask(value: string, character: string, keepLast: number): string {
  const chars = [...value];
  const total = chars.filter(isAlphanumeric).length;
  let toMask = total >= keepLast * 2 ? total - keepLast : total;
  return chars.map((char) => (isAlphanumeric(char) && toMask-- > 0 ? character : char)).join('');
}

/** What stands in the value's place. `keep` gives the value back. */
export async function applyOperator(value: string, type: string, operator: Operator, hash: HashValue): Promise<string> {
  switch (operator.operator) {
    case 'replace':
      return operator.with ?? `<${type}>`;
    case 'mask':
      return mask(value, operator.character, operator.keepLast);
    case 'hash':
      return `<${type}:${(await hash(`${type}\0${canonical(value)}`)).slice(0, 16)}>`;
    case 'remove':
      return '';
    case 'keep':
      return value;
  }
}

/** The text with each entity's operator applied. Entities must not overlap and come in order, as `findEntities` gives them. */
export async function applyToText(
  text: string,
  entities: readonly Entity[],
  policy: Pick<Policy, 'default' | 'entities'>,
  hash: HashValue,
): Promise<string> {
  const parts: string[] = [];
  let at = 0;
  for (const entity of entities) {
    if (entity.start < at) continue;
    const value = text.slice(entity.start, entity.end);
    parts.push(
      text.slice(at, entity.start),
      await applyOperator(value, entity.type, operatorFor(policy, entity.type), hash),
    );
    at = entity.end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}
