import type { z } from 'zod';
import { RectoError } from '#shared/domain/errors.ts';

/** What was wrong where; `pointer` names the place as `body.steps.0.kind`. */
export interface Flaw {
  pointer: string;
  message: string;
}

const MAX_FLAWS = 20;
const MAX_MESSAGE = 600;

/** The value as the schema has it, or `invalid_request` that names every place that is wrong. */
export function validate<T>(schema: z.ZodType<T>, value: unknown, where: 'query' | 'body' | 'form'): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const flaws = parsed.error.issues.slice(0, MAX_FLAWS).map((issue) => flaw(issue, where));
  const first = flaws[0];
  const more = parsed.error.issues.length - 1;
  throw new RectoError(
    'invalid_request',
    `${first?.pointer ?? where}: ${first?.message ?? 'not valid'}${more > 0 ? ` (and ${more} more)` : ''}. Correct it and send the request again.`,
    { details: { errors: flaws } },
  );
}

function flaw(issue: z.core.$ZodIssue, where: string): Flaw {
  const pointer = [where, ...issue.path.map(String)].join('.').slice(0, 200);
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.slice(0, 5).map((key) => key.slice(0, 50));
    return { pointer, message: `unknown name ${keys.join(', ')}` };
  }
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return { pointer, message: `missing; a value of the type ${issue.expected} is needed` };
  const { message } = issue;
  return { pointer, message: message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE - 1)}…` : message };
}
