import { RE2JS } from 're2js';
import { z } from 'zod';
import type { Entity } from './entity.ts';
import { canonical } from './normalize.ts';
import type { Recognizer } from './recognizer.ts';
import type { Scan } from './scan.ts';
import { ValueSet } from './value-set.ts';

/** Instructions of all of a tenant's compiled patterns: each character of a text may visit every one of them. */
const MAX_INSTRUCTIONS = 4000;
const MAX_PATTERN = 300;
/** Longest text a pattern is run over at once; a match does not reach from one stretch into the next but one. */
const STRETCH = 20_000;
const OVERLAP = 512;

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, 'must be 1 to 64 lower-case letters, digits or hyphens, starting with a letter');
const type = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be 1 to 64 capitals, digits or underscores, starting with a letter');
const score = z.number().min(0).max(1);
const words = z.array(z.string().min(1).max(100)).max(50);
const languages = z
  .array(z.string().regex(/^[a-z]{2}$/, 'must be ISO 639-1 codes'))
  .max(50)
  .default([]);

/** 0 for what does not compile, which is reported where it stands. */
function instructionsOf(source: string): number {
  try {
    return RE2JS.compile(source).programSize();
  } catch (_reportedByThePatternItself) {
    return 0;
  }
}

const pattern = z
  .string()
  .min(1)
  .max(MAX_PATTERN)
  .superRefine((source, issue) => {
    try {
      const compiled = RE2JS.compile(source);
      if (compiled.matcher('').find())
        issue.addIssue({ code: 'custom', message: 'must not match the empty text; require at least one character' });
      if (compiled.programSize() > MAX_INSTRUCTIONS)
        issue.addIssue({
          code: 'custom',
          message: `is too large once compiled (${compiled.programSize()} instructions, at most ${MAX_INSTRUCTIONS}); use smaller repeat counts`,
        });
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      issue.addIssue({
        code: 'custom',
        message: `is not a valid RE2 pattern (${reason}); backreferences and lookaround are not supported`,
      });
    }
  });

/** What a tenant adds to what is found, as data. */
export const tenantRecognizerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('pattern'),
    name,
    type,
    /** RE2 syntax; its first group, if any, is the value. */
    pattern,
    ignoreCase: z.boolean().default(false),
    score: score.default(0.7),
    /** Whole words or phrases; one of them near the value lifts the score to `scoreInContext`. */
    context: words.default([]),
    scoreInContext: score.default(0.9),
    languages,
  }),
  z.strictObject({
    kind: z.literal('dictionary'),
    name,
    type,
    /** Compared by letters and digits alone, in any case and spacing, as whole words. */
    words: z.array(z.string().min(1).max(200)).min(1).max(10_000),
    score: score.default(0.9),
    languages,
  }),
  z.strictObject({
    kind: z.literal('allow'),
    name,
    /** Never redacted, whatever finds them. */
    words: z.array(z.string().min(1).max(200)).min(1).max(10_000),
  }),
]);
export type TenantRecognizer = z.infer<typeof tenantRecognizerSchema>;

export const tenantRecognizersSchema = z
  .array(tenantRecognizerSchema)
  .max(100)
  .superRefine((list, issue) => {
    const seen = new Set<string>();
    let instructions = 0;
    list.forEach((one, index) => {
      if (seen.has(one.name))
        issue.addIssue({ code: 'custom', path: [index, 'name'], message: `${one.name} is taken; names are unique` });
      seen.add(one.name);
      if (one.kind === 'pattern') instructions += instructionsOf(one.pattern);
      if (one.kind !== 'pattern')
        one.words.forEach((word, at) => {
          if (canonical(word) === '')
            issue.addIssue({
              code: 'custom',
              path: [index, 'words', at],
              message: 'must hold at least one letter or digit',
            });
        });
    });
    if (instructions > MAX_INSTRUCTIONS)
      issue.addIssue({
        code: 'custom',
        message: `the patterns together compile to ${instructions} instructions, at most ${MAX_INSTRUCTIONS}; simplify some or use dictionaries`,
      });
  });

export interface CompiledTenantRecognizers {
  recognizers: Recognizer[];
  /** For the policy's allow list. */
  allow: string[];
}

/**
 * What a tenant gave, ready to find: give `recognizers` to `findEntities` beside the built-in ones, and add `allow` to the
 * policy's. A `ZodError` names each place that is wrong. Patterns run on an engine that is linear in the text whatever they
 * are, over stretches of bounded length.
 */
export function compileTenantRecognizers(data: unknown): CompiledTenantRecognizers {
  const recognizers: Recognizer[] = [];
  const allow: string[] = [];
  for (const one of tenantRecognizersSchema.parse(data)) {
    if (one.kind === 'allow') allow.push(...one.words);
    else recognizers.push(one.kind === 'pattern' ? byTenantPattern(one) : byDictionary(one));
  }
  return { recognizers, allow };
}

function byTenantPattern(rule: Extract<TenantRecognizer, { kind: 'pattern' }>): Recognizer {
  const compiled = RE2JS.compile(rule.pattern, rule.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  const context = rule.context.map((word) => word.toLowerCase());
  const find = (scan: Scan): Entity[] => {
    const found: Entity[] = [];
    let done = 0;
    for (let from = 0; from < scan.text.length; from += STRETCH) {
      const head = Math.max(0, from - OVERLAP);
      const matcher = compiled.matcher(scan.text.slice(head, from + STRETCH));
      while (matcher.find()) {
        const group = matcher.groupCount() > 0 && matcher.start(1) >= 0 ? 1 : 0;
        const start = head + matcher.start(group);
        const end = head + matcher.end(group);
        // Seen whole by the stretch before.
        if (end <= done || end <= start) continue;
        done = end;
        const near = context.length > 0 && scan.context.near(context, start, end);
        found.push({
          type: rule.type,
          start,
          end,
          score: near ? Math.max(rule.score, rule.scoreInContext) : rule.score,
          recognizer: `tenant:${rule.name}`,
          why: near ? 'pattern of the tenant, context' : 'pattern of the tenant',
        });
      }
    }
    return found;
  };
  return { name: `tenant:${rule.name}`, types: [rule.type], languages: rule.languages, find };
}

function byDictionary(rule: Extract<TenantRecognizer, { kind: 'dictionary' }>): Recognizer {
  const values = new ValueSet(1);
  for (const word of rule.words) values.add(word, rule.type);
  return {
    name: `tenant:${rule.name}`,
    types: [rule.type],
    languages: rule.languages,
    find: ({ text }) =>
      values.find(text).map((hit) => ({
        ...hit,
        score: rule.score,
        recognizer: `tenant:${rule.name}`,
        why: 'dictionary of the tenant',
      })),
  };
}
