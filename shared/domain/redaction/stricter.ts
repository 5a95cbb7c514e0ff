import type { Operator, ScopedPolicy } from '../policy.ts';
import { operatorFor } from './operators.ts';
import { ENTITY_TYPES } from './registry.ts';

/** By how much of a value an operator leaves: from all of it to nothing that tells one from another. */
const FROM_LAX: readonly Operator['operator'][] = [
  'keep',
  'mask',
  'generalize',
  'shiftDates',
  'preserveFormat',
  'pseudonymize',
  'hash',
  'replace',
  'remove',
];

/** The operator that leaves less. Of two masks the one that keeps fewer characters; of equals the first. */
export function stricterOperator(a: Operator, b: Operator): Operator {
  if (a.operator === 'mask' && b.operator === 'mask') return b.keepLast < a.keepLast ? b : a;
  return FROM_LAX.indexOf(b.operator) > FROM_LAX.indexOf(a.operator) ? b : a;
}

/** What two policies say together: whatever either takes out goes, by the operator that leaves less. */
export function stricter(a: ScopedPolicy, b: ScopedPolicy): ScopedPolicy {
  const types = new Set([...ENTITY_TYPES, ...Object.keys(a.entities), ...Object.keys(b.entities)]);
  const entities = Object.fromEntries(
    [...types].map((type) => [type, stricterOperator(operatorFor(a, type), operatorFor(b, type))]),
  );
  const fields: Record<string, Operator> = {};
  for (const name of new Set([...Object.keys(a.fields), ...Object.keys(b.fields)])) {
    const [first, second] = [a.fields[name], b.fields[name]];
    if (first !== undefined && second !== undefined) fields[name] = stricterOperator(first, second);
    else {
      // What one keeps by its name the other may take out by its type.
      const only = first ?? second;
      if (only !== undefined && only.operator !== 'keep') fields[name] = only;
    }
  }
  const threshold = Math.min(a.threshold, b.threshold);
  const thresholds = Object.fromEntries(
    [...new Set([...Object.keys(a.thresholds), ...Object.keys(b.thresholds)])].map((type) => [
      type,
      Math.min(a.thresholds[type] ?? a.threshold, b.thresholds[type] ?? b.threshold),
    ]),
  );
  const allowed = new Set(b.allow);
  return {
    ...a,
    ...{ entities, fields, threshold, thresholds },
    default: stricterOperator(a.default, b.default),
    recognizers: recognizersOf(a, b),
    pages: a.pages === 'pictures' ? a.pages : b.pages,
    allow: a.allow.filter((text) => allowed.has(text)),
    deny: [...new Set([...a.deny, ...b.deny])],
    reviewed: [...new Set([...a.reviewed, ...b.reviewed])],
  };
}

/** What either finds is found; what only one of them allows is not. */
function recognizersOf(a: ScopedPolicy, b: ScopedPolicy): ScopedPolicy['recognizers'] {
  const bySelf = ({ recognizers }: ScopedPolicy) => new Map(recognizers.map((one) => [JSON.stringify(one), one]));
  const [first, second] = [bySelf(a), bySelf(b)];
  const names = new Set<string>();
  return [...new Map([...first, ...second])].flatMap(([key, one], index) => {
    if (one.kind === 'allow' && !(first.has(key) && second.has(key))) return [];
    // Two versions of one recognizer are two, and a list of recognizers names each once.
    const name = names.has(one.name) ? `${one.name.slice(0, 55)}-also-${index}` : one.name;
    names.add(name);
    return [{ ...one, name }];
  });
}
