import { PubsubSubscription } from '@cdktf/provider-google/lib/pubsub-subscription/index.js';
import { PubsubSubscriptionIamMember } from '@cdktf/provider-google/lib/pubsub-subscription-iam-member/index.js';
import type { SubscriptionDef } from '../../shared/ports/message-bus.ts';
import { Construct } from '../cdktf.ts';

/** Pub/Sub takes no fewer attempts and no more. */
const [LEAST, MOST] = [5, 100];
const clamp = (attempts: number): number => Math.min(MOST, Math.max(LEAST, attempts));
const WEEK = `${7 * 86_400}s`;

export interface PushSubscriptionParams {
  definition: SubscriptionDef;
  /** Full name of the topic that takes what could not be delivered. */
  deadLetterTopic: string;
  /** Base URL of the function; also the audience that the token is made for. */
  url: string;
  /** E-mail of the account that the token names. */
  caller: string;
  /** Pub/Sub's own account: it moves dead letters only where it may acknowledge them here. */
  agent: string;
}

/** Pushes a topic's messages to a function, with proof of who calls; what cannot be delivered goes to the dead-letter topic. */
export class PushSubscription extends Construct {
  constructor(scope: Construct, params: PushSubscriptionParams) {
    const { definition, url, caller, agent, deadLetterTopic } = params;
    super(scope, definition.name);
    const subscription = new PubsubSubscription(this, 'subscription', {
      name: definition.name,
      topic: definition.topic,
      ackDeadlineSeconds: definition.ackDeadlineSeconds,
      messageRetentionDuration: WEEK,
      // Never: a subscription that nothing was sent to for a month is still needed.
      expirationPolicy: { ttl: '' },
      enableMessageOrdering: false,
      retryPolicy: {
        minimumBackoff: `${definition.minBackoffSeconds}s`,
        maximumBackoff: `${definition.maxBackoffSeconds}s`,
      },
      deadLetterPolicy: { deadLetterTopic, maxDeliveryAttempts: clamp(definition.maxDeliveryAttempts) },
      pushConfig: {
        pushEndpoint: `${url}${definition.path}`,
        oidcToken: { serviceAccountEmail: caller, audience: url },
      },
    });
    new PubsubSubscriptionIamMember(this, 'agent', {
      subscription: subscription.name,
      role: 'roles/pubsub.subscriber',
      member: agent,
    });
  }
}
