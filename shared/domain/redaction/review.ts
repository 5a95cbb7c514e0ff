import { z } from 'zod';
import { boxSchema } from '../page.ts';
import { mediaRulesSchema } from './media.ts';

/** What a person decided about a document's redaction; the next run goes by it. */
export const redactionReviewSchema = z.object({
  documentId: z.string(),
  /** Values that stay, each sealed with the tenant's key, base64. */
  kept: z.array(z.string()).max(1000),
  /** Places that go, in pixels of the page image. */
  added: z.array(z.object({ page: z.number().int().min(1), box: boxSchema, type: z.string() })).max(1000),
  /** Of a recording: what goes as well. */
  ...mediaRulesSchema.shape,
  /** Whether the result may be handed out. */
  accepted: z.boolean(),
  by: z.string(),
  updatedAt: z.number(),
});
export type RedactionReview = z.infer<typeof redactionReviewSchema>;

/** Key purpose of the values that a review keeps. */
export const REVIEW_PURPOSE = 'redaction-review';
