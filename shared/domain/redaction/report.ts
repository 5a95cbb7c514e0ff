import { z } from 'zod';
import { boxSchema } from '../page.ts';
import { policyRefSchema } from '../policy.ts';
import { regionRuleSchema, soundRuleSchema } from './media.ts';

/** Who asked for it: the policy, the upload, a person since, or what the transcript says there. */
const causeSchema = z.enum(['policy', 'upload', 'review', 'transcript']);

/** Of a recording: what it is, what went of it, and how that was checked. */
const recordingReportSchema = z.object({
  /** Null where nothing was asked for: then there is no redacted recording. */
  made: z
    .object({
      seconds: z.number(),
      picture: z.object({ width: z.number().int(), height: z.number().int() }).nullable(),
      sound: z.boolean(),
      /** Stretches that were listened to and pictures that were looked at in the result. */
      checked: z.object({ stretches: z.number().int(), pictures: z.number().int() }),
    })
    .nullable(),
  sounds: z.array(z.object({ ...soundRuleSchema.shape, because: causeSchema })),
  regions: z.array(z.object({ ...regionRuleSchema.shape, because: causeSchema })),
});

/** What was redacted in a document, where, why and how it was checked; never a value. The `entities.json` artifact. */
export const redactionReportSchema = z.object({
  policy: policyRefSchema,
  /** Digest of the bytes that came in, and of each file that was made of them. */
  input: z.object({ sha256: z.string().nullable() }),
  outputs: z.array(z.object({ name: z.string(), sha256: z.string(), size: z.number().int() })),
  entities: z.array(
    z.object({
      type: z.string(),
      page: z.number().int(),
      /** UTF-16 units of the page's text. */
      start: z.number().int(),
      end: z.number().int(),
      /** Pixels of the page image, one a line. */
      boxes: z.array(boxSchema),
      score: z.number(),
      recognizer: z.string(),
      why: z.string(),
      operator: z.string(),
      /** When it is said, in seconds; of recordings alone. */
      said: z.object({ from: z.number(), to: z.number() }).exactOptional(),
    }),
  ),
  /** What went from the file name and the metadata. */
  names: z
    .array(
      z.object({
        of: z.enum(['filename', 'metadata']),
        ...{ type: z.string(), score: z.number(), recognizer: z.string(), why: z.string(), operator: z.string() },
      }),
    )
    .default([]),
  /** Of the redacted PDF: what each page became, and why it is no drawing any more. */
  pages: z.array(
    z.object({
      number: z.number().int(),
      as: z.enum(['drawing', 'picture', 'black', 'left out']),
      why: z.string().nullable(),
    }),
  ),
  /** Pages read back, pages whose picture was read as well, and how often the PDF was made. Null without a PDF. */
  verification: z.object({ pages: z.number().int(), looked: z.number().int(), rounds: z.number().int() }).nullable(),
  recording: recordingReportSchema.nullable().default(null),
  /** Entity types that a person has to look at before the result is handed out, and whether that has been done. */
  review: z.object({ types: z.array(z.string()), done: z.boolean() }),
});
export type RedactionReport = z.infer<typeof redactionReportSchema>;
