import { RectoError } from '../domain/errors.ts';
import type { PushEnvelope } from '../ports/message-bus.ts';
import { endAttempt } from './attempt-end.ts';
import { claimWork } from './claim.ts';
import type { EngineCore } from './core.ts';
import { readStepMessage } from './work-records.ts';

/**
 * A step message that the bus gave up on: the work it would have started is claimed and fails as a crash would, so that it
 * is tried again a limited number of times and then becomes a dead letter. Work that a worker holds is left alone.
 */
export async function undeliverable(core: EngineCore, envelope: PushEnvelope): Promise<void> {
  const claim = await claimWork(core, readStepMessage(envelope));
  if (claim === null) return;
  const problem = envelope.message.attributes.CloudPubSubDeadLetterSourceDeliveryErrorMessage ?? 'no reason was given';
  const error = new RectoError(
    'delivery_failed',
    `The message that starts step ${claim.spec.id} could not be delivered to its handler (${problem}).`,
    { class: 'poison' },
  );
  await endAttempt(core, claim, { kind: 'error', error }, false);
  core.kick();
}
