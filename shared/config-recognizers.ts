import { z } from 'zod';

const required = z.boolean().default(true);
const engineSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('google-sensitive-data-protection'),
    project: z.string().min(1),
    location: z.string().min(1).default('global'),
    /** Google's names of what to look for; default: those that have a type here. */
    infoTypes: z
      .array(z.string().regex(/^[A-Z][A-Z0-9_]*$/))
      .min(1)
      .max(100)
      .optional(),
    required,
  }),
  z.strictObject({
    kind: z.literal('onnx'),
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
    /** Files on this machine. */
    model: z.string().min(1),
    vocabulary: z.string().min(1),
    lowerCase: z.boolean().default(false),
    labels: z.array(z.string().min(1)).min(2).max(500),
    types: z.record(z.string(), z.string().regex(/^[A-Z][A-Z0-9_]*$/)),
    maxTokens: z.number().int().min(8).max(8192).default(512),
    required,
  }),
]);

/** A recognizer beside the patterns and the learned model. */
export type RecognizerEngineConfig = z.infer<typeof engineSchema>;

/** The engines of `RECTO_RECOGNIZERS`, a JSON list; each problem is a line that begins with the variable. */
export function parseRecognizers(env: Readonly<Record<string, string | undefined>>): {
  recognizers: RecognizerEngineConfig[];
  problems: string[];
} {
  const text = env.RECTO_RECOGNIZERS?.trim() || '[]';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (_notJson) {
    return { recognizers: [], problems: ['RECTO_RECOGNIZERS: must be a list in JSON'] };
  }
  const parsed = z.array(engineSchema).max(10).safeParse(value);
  if (parsed.success) return { recognizers: parsed.data, problems: [] };
  return {
    recognizers: [],
    problems: parsed.error.issues.map((issue) => `RECTO_RECOGNIZERS: ${issue.path.join('.')}: ${issue.message}`),
  };
}
