import { RE2JS } from 're2js';
import { z } from 'zod';
import { fieldTypeSchema } from '../extraction-result.ts';
import { type FieldDef, readerOf, TEMPLATE_NAMES, validatorOf } from './catalogue/field-def.ts';
import { CATALOGUE } from './catalogue/index.ts';

const PREDEFINED = new Set(CATALOGUE.map((field) => field.name));

const nameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be 1 to 64 lower-case letters, digits or underscores, starting with a letter');

/** A tenant's pattern runs on RE2 semantics: linear time in the text whatever the pattern; no backreferences or lookaround. */
export const patternSchema = z
  .string()
  .min(1)
  .max(500)
  .superRefine((pattern, issue) => {
    try {
      if (RE2JS.compile(pattern).matches(''))
        issue.addIssue({ code: 'custom', message: 'must not match the empty text; require at least one character' });
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      issue.addIssue({
        code: 'custom',
        message: `is not a valid RE2 pattern (${reason}); backreferences and lookaround are not supported`,
      });
    }
  });

/** What a tenant gives to define a field. */
export const fieldDefinitionInputSchema = z.object({
  name: nameSchema.refine((name) => !PREDEFINED.has(name), 'is the name of a predefined field; choose another'),
  label: z.string().min(1).max(100),
  type: fieldTypeSchema,
  /** What stands beside or above the value. */
  labels: z.array(z.string().min(1).max(100)).max(50).default([]),
  /** RE2 pattern of the value; its first group, if any, is the value. Null: the type decides. */
  pattern: patternSchema.nullable().default(null),
  /** Templates (predefined or the tenant's) that it belongs to; empty: every document. */
  templates: z.array(nameSchema).max(50).default([]),
});
export type FieldDefinitionInput = z.infer<typeof fieldDefinitionInputSchema>;

export const fieldDefinitionSchema = fieldDefinitionInputSchema.extend({
  id: z.string(),
  name: nameSchema,
  pattern: z.string().max(500).nullable(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type FieldDefinition = z.infer<typeof fieldDefinitionSchema>;

const RESERVED: ReadonlySet<string> = new Set(TEMPLATE_NAMES);

/** What a tenant gives to define a template: which documents are of the type, and which fields they have. */
export const templateInputSchema = z.object({
  name: nameSchema.refine((name) => !RESERVED.has(name), 'is the name of a predefined template; choose another'),
  label: z.string().min(1).max(100),
  /** Phrases that speak for the type. The weights of those found are summed; 3 is the least that decides. */
  phrases: z
    .array(z.object({ text: z.string().min(2).max(100), weight: z.number().min(0.1).max(10) }))
    .max(100)
    .default([]),
  /** Names of predefined or own fields. */
  fields: z.array(nameSchema).max(200),
});
export type TemplateInput = z.infer<typeof templateInputSchema>;

export const templateSchema = templateInputSchema.extend({
  id: z.string(),
  name: nameSchema,
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Template = z.infer<typeof templateSchema>;

/** A tenant's own fields and templates, as the extraction takes them. */
export interface CustomExtraction {
  fields: readonly FieldDefinition[];
  templates: readonly Template[];
}

/** A stored definition as an entry of the catalogue. */
export function toFieldDef(definition: FieldDefinition): FieldDef {
  const { name, label, type, labels, templates, pattern } = definition;
  const base: FieldDef = { name, label, type, reader: readerOf(type), validator: validatorOf(type), labels, templates };
  if (pattern === null) return base;
  const compiled = RE2JS.compile(pattern);
  return {
    ...base,
    find: (text) => {
      const matcher = compiled.matcher(text);
      if (!matcher.find()) return null;
      const group = matcher.groupCount() > 0 && matcher.group(1) !== null ? 1 : 0;
      const [start, end] = [matcher.start(group), matcher.end(group)];
      return end > start ? { start, end } : null;
    },
  };
}
