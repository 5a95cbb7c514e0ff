import { z } from 'zod';
import { boxSchema, pageSchema } from './page.ts';

/** One model (or composition of models) that pages can be read with; its `id` is what a request or a tenant names. */
export const ocrModelSchema = z.object({
  id: z.string(),
  title: z.string(),
  version: z.string().nullable().describe('Null until it was loaded once.'),
  default: z.boolean(),
  state: z.enum(['absent', 'loading', 'loaded']),
  users: z.number().int().describe('Requests that read with it now.'),
  memoryMb: z.number().describe('In all threads.'),
  parts: z.array(
    z.object({
      id: z.string(),
      version: z.string(),
      task: z.enum(['det', 'rec', 'cls']),
      languages: z.array(z.string()),
      sha256: z.string(),
      licence: z.string(),
      precision: z.string(),
      memoryMb: z.number().describe('In one thread.'),
    }),
  ),
});

export const ocrModelsSchema = z.object({
  default: z.string(),
  provider: z.string().describe('What the models run on.'),
  memoryMb: z.number().describe('Of what is loaded.'),
  budgetMb: z.number(),
  models: z.array(ocrModelSchema),
});
export type OcrModels = z.infer<typeof ocrModelsSchema>;

const comparedWordSchema = z.object({ text: z.string(), box: boxSchema, confidence: z.number() }).nullable();

export const ocrComparisonSchema = z.object({
  models: z.array(
    z.object({
      id: z.string(),
      version: z.string(),
      text: z.string(),
      words: z.number().int(),
      confidence: z.number().describe('Mean over the words.'),
      seconds: z.number().describe('Of one thread.'),
      cost: z
        .object({ coreSeconds: z.number(), gpuSeconds: z.number() })
        .describe('What the page cost: a thread keeps one core busy, or the GPU.'),
      page: pageSchema,
    }),
  ),
  comparisons: z.array(
    z.object({
      reference: z.string(),
      other: z.string(),
      agreement: z.number().describe('Words that are the same in both, of all words, 0 to 1.'),
      characterError: z.number().describe('Edits from one to the other, by characters of the reference, spaces aside.'),
      differences: z
        .array(z.object({ reference: comparedWordSchema, other: comparedWordSchema }))
        .describe('Null: the other one has a word there and this one has none.'),
    }),
  ),
});
export type OcrComparison = z.infer<typeof ocrComparisonSchema>;
