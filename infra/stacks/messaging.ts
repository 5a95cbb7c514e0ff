import { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member/index.js';
import { PubsubSchema } from '@cdktf/provider-google/lib/pubsub-schema/index.js';
import { PubsubSubscription } from '@cdktf/provider-google/lib/pubsub-subscription/index.js';
import { PubsubSubscriptionIamMember } from '@cdktf/provider-google/lib/pubsub-subscription-iam-member/index.js';
import { PubsubTopic } from '@cdktf/provider-google/lib/pubsub-topic/index.js';
import { PubsubTopicIamMember } from '@cdktf/provider-google/lib/pubsub-topic-iam-member/index.js';
import { StorageNotification } from '@cdktf/provider-google/lib/storage-notification/index.js';
import { stepTopic } from '../../shared/domain/work.ts';
import { manifest, STEP_KINDS } from '../../shared/manifest.ts';
import type { App } from '../cdktf.ts';
import { PushSubscription } from '../constructs/push-subscription.ts';
import { Wait } from '../constructs/wait.ts';
import type { Deployment } from '../deployment.ts';
import { STEP_MESSAGE_SCHEMA } from '../message-schemas.ts';
import { agentMember } from '../service-agents.ts';
import { accountOf, functionAt, functions } from '../workloads.ts';
import { RectoStack } from './recto-stack.ts';

/** Where messages end that even the recorder of dead letters could not take: the dead-letter sweep takes them from there. */
const { topic: PARKED, subscription: PARKED_PULL } = manifest.parked;
/** Buckets that files arrive in, dropped or by a signed link. */
const ARRIVALS = ['incoming', 'documents'] as const;
const MONTH = `${31 * 86_400}s`;
const WEEK = `${7 * 86_400}s`;

/** Topics and push subscriptions of the manifest, dead letters, and notifications of objects that arrived. */
export class MessagingStack extends RectoStack {
  private readonly topics = new Map<string, PubsubTopic>();

  constructor(scope: App, deployment: Deployment) {
    super(scope, 'messaging', deployment);
    this.makeTopics();
    this.makeSubscriptions();
    this.makeNotifications();
    for (const definition of functions)
      for (const topic of definition.grants.publishes)
        this.letPublish(topic, definition.name, this.names.member(accountOf(definition)));
  }

  private topic(name: string): PubsubTopic {
    const found = this.topics.get(name);
    if (found === undefined) throw new Error(`The manifest has no topic "${name}".`);
    return found;
  }

  private letPublish(topic: string, id: string, member: string): PubsubTopicIamMember {
    return new PubsubTopicIamMember(this, `${topic}-from-${id}`, {
      topic: this.topic(topic).name,
      role: 'roles/pubsub.publisher',
      member,
    });
  }

  private makeTopics(): void {
    const { region } = this.deployment.environment;
    const schema = new PubsubSchema(this, 'step-message', {
      name: 'step-message',
      type: 'AVRO',
      definition: JSON.stringify(STEP_MESSAGE_SCHEMA),
    });
    const ofSteps = new Set(STEP_KINDS.map(stepTopic));
    for (const name of [...manifest.topics, PARKED])
      this.topics.set(
        name,
        new PubsubTopic(this, `topic-${name}`, {
          name,
          kmsKeyName: this.names.key('messages'),
          // What was acknowledged can be sent again from here, after a mistake of ours.
          messageRetentionDuration: name === 'undeliverable' || name === PARKED ? MONTH : WEEK,
          messageStoragePolicy: { allowedPersistenceRegions: [region] },
          ...(ofSteps.has(name) ? { schemaSettings: { schema: schema.id, encoding: 'JSON' } } : {}),
        }),
      );
  }

  private makeSubscriptions(): void {
    const agent = agentMember('pubsub', this.projectNumber);
    const called = new Set<string>();
    for (const definition of manifest.subscriptions) {
      const target = functionAt(definition.path);
      called.add(target.name);
      new PushSubscription(this, {
        definition: { ...definition, topic: this.topic(definition.topic).name },
        deadLetterTopic: this.topic(definition.deadLetterTopic ?? PARKED).id,
        url: this.names.url(target.name, this.projectNumber),
        caller: this.names.serviceAccount('push-caller'),
        agent,
      });
    }
    for (const name of ['undeliverable', PARKED]) this.letPublish(name, 'dead-letters', agent);
    const parked = new PubsubSubscription(this, PARKED, {
      name: PARKED_PULL,
      topic: this.topic(PARKED).name,
      ackDeadlineSeconds: 60,
      messageRetentionDuration: MONTH,
      expirationPolicy: { ttl: '' },
    });
    for (const definition of functions.filter(({ grants }) => grants.takesParked))
      new PubsubSubscriptionIamMember(this, `parked-to-${definition.name}`, {
        subscription: parked.name,
        role: 'roles/pubsub.subscriber',
        member: this.names.member(accountOf(definition)),
      });
    for (const name of called)
      new CloudRunV2ServiceIamMember(this, `push-to-${name}`, {
        name,
        location: this.deployment.environment.region,
        role: 'roles/run.invoker',
        member: this.names.member('push-caller'),
      });
  }

  private makeNotifications(): void {
    const granted = this.letPublish('object-finalized', 'storage', agentMember('storage', this.projectNumber));
    const known = new Wait(this, 'storage-may-publish', { after: [granted], seconds: 30 });
    for (const name of ARRIVALS)
      new StorageNotification(this, `arrivals-${name}`, {
        bucket: this.names.bucket(name),
        topic: this.topic('object-finalized').id,
        eventTypes: ['OBJECT_FINALIZE'],
        // The object's name and generation are attributes; its description is not needed.
        payloadFormat: 'NONE',
        dependsOn: [known],
      });
  }
}
