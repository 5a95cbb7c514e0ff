import { redactionReviews } from '../../domain/collections.ts';
import { REVIEW_PURPOSE, redactionReviewSchema } from '../../domain/redaction/review.ts';
import type { StepContext } from '../../engine/step.ts';
import type { Review } from './redaction-work.ts';

/** What a person decided about the document's redaction; nothing, where nobody did. */
export async function openReview(ctx: Pick<StepContext, 'ports'>, documentId: string): Promise<Review> {
  const found = await ctx.ports.store.get(redactionReviews, { id: documentId });
  if (found === null) return { kept: [], added: [], accepted: false, media: { sounds: [], regions: [] } };
  // A decision made before there were recordings says nothing of them.
  const { kept, added, accepted, sounds, regions } = redactionReviewSchema.parse(found.data);
  const opened = kept.map((sealed) => ctx.ports.keys.decrypt(REVIEW_PURPOSE, Buffer.from(sealed, 'base64')));
  const values = (await Promise.all(opened)).map((bytes) => new TextDecoder().decode(bytes));
  return { kept: values, added, accepted, media: { sounds, regions } };
}
