import type { Engine } from '#shared/engine/engine-api.ts';
import { isStepMessage } from '#shared/engine/work-records.ts';
import type { Platform } from '#shared/ports/platform.ts';
import { arrivalGivenUp } from '#shared/usecases/documents/arrival-given-up.ts';
import { systemContext } from '#shared/usecases/system-context.ts';
import type { PushHandler } from '../push-handler.ts';
import { arrivalSchema } from '../storage/object-finalized.ts';

const STEP_SUBSCRIPTION = /^step-.*-push$/;
const ARRIVALS = 'object-finalized-push';
/** Parked on its way here, a message names this as its source: what it says tells where it came from. */
const OWN = 'undeliverable-push';

/**
 * What the bus gave up on. A step's message fails the work that it would have started, so that the engine repeats or
 * buries it; a file that arrived leaves a failed document; of any other message an error in the log and a count are what
 * is left.
 */
export function undeliverableHandler(platform: Platform, engine: Engine): PushHandler {
  return async (envelope) => {
    const { attributes, messageId } = envelope.message;
    const subscription = attributes.CloudPubSubDeadLetterSourceSubscription ?? 'unknown';
    platform.metrics.increment('recto_undeliverable_messages_total', { subscription });
    platform.log.error('a message could not be delivered', {
      subscription,
      messageId,
      attempts: attributes.CloudPubSubDeadLetterSourceDeliveryCount ?? null,
      reason: attributes.CloudPubSubDeadLetterSourceDeliveryErrorMessage ?? null,
    });
    const arrival = [ARRIVALS, OWN].includes(subscription) ? arrivalSchema.safeParse(attributes) : null;
    const ofStep = STEP_SUBSCRIPTION.test(subscription) || (subscription === OWN && isStepMessage(envelope));
    if (ofStep) await engine.handleUndeliverable(envelope);
    if (arrival?.success !== true) return;
    const { tenantId, bucketId, objectId } = arrival.data;
    await arrivalGivenUp(systemContext(platform, engine, tenantId, 'bucket-drop'), { bucket: bucketId, key: objectId });
  };
}
