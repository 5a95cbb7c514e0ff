import { type Attribute, attributesOf } from './provider-schema.ts';
import type { Rule } from './rule.ts';
import { label } from './world.ts';

/** Of Terraform itself. */
const META: readonly string[] = ['//', 'depends_on', 'lifecycle', 'provider', 'count', 'for_each', 'provisioner'];

/** Paths in the value that the attribute has no name for. */
function unknown(value: unknown, attribute: Attribute, where: string): string[] {
  if (attribute === 'map' || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((one, i) => unknown(one, attribute, `${where}.${i}`));
  if (attribute === 'value') return [where];
  return Object.entries(value).flatMap(([name, inner]) => {
    const known = Object.hasOwn(attribute, name) ? attribute[name] : undefined;
    return known === undefined ? [`${where}.${name}`] : unknown(inner, known, `${where}.${name}`);
  });
}

export const schemaRules: readonly Rule[] = [
  {
    name: 'known-to-the-provider',
    because: 'what goes past the types, as overrides and raw resources do, is told as wrong by the next apply only',
    violations: (world) =>
      world.resources.flatMap((resource) => {
        const attributes = attributesOf(resource.type);
        if (attributes === null) return [`${label(resource)} is of a kind that the provider does not have`];
        const own = Object.fromEntries(Object.entries(resource.values).filter(([name]) => !META.includes(name)));
        return unknown(own, attributes, '').map((where) => `${label(resource)} has no attribute ${where.slice(1)}`);
      }),
  },
];
