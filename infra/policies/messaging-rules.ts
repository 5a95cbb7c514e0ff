import { manifest } from '../../shared/manifest.ts';
import type { Rule } from './rule.ts';
import { label, named, nameOf, ofType, text } from './world.ts';

/** Where dead letters of dead letters wait for the sweep: the one subscription that passes nothing on. */
const LAST = manifest.parked.subscription;
const PUBSUB_AGENT = '@gcp-sa-pubsub.iam.gserviceaccount.com';

export const messagingRules: readonly Rule[] = [
  {
    name: 'as-the-manifest-says',
    because: 'the code publishes to, and is called from, what the manifest names',
    violations: (world) => {
      const topics = new Set(ofType(world, 'google_pubsub_topic').map(nameOf));
      const subscriptions = new Set(ofType(world, 'google_pubsub_subscription').map(nameOf));
      const buckets = new Set(ofType(world, 'google_storage_bucket').map(nameOf));
      return [
        ...manifest.topics.filter((name) => !topics.has(name)).map((name) => `messaging: no topic "${name}"`),
        ...manifest.subscriptions
          .filter(({ name }) => !subscriptions.has(name))
          .map(({ name }) => `messaging: no subscription "${name}"`),
        ...manifest.buckets
          .filter((name) => !buckets.has(`${world.project}-${name}`))
          .map((name) => `storage: no bucket "${name}"`),
      ];
    },
  },
  {
    name: 'subscriptions-have-dead-letters',
    because: 'a message that nobody can take would be tried for a week and then be gone',
    violations: (world) => {
      const topics = new Set(ofType(world, 'google_pubsub_topic').map(nameOf));
      const agentOn = (type: string, role: string, key: string) =>
        new Set(
          ofType(world, type)
            .filter((grant) => text(grant, 'role') === role && text(grant, 'member').endsWith(PUBSUB_AGENT))
            .map((grant) => named(world, grant, key)),
        );
      const publishes = agentOn('google_pubsub_topic_iam_member', 'roles/pubsub.publisher', 'topic');
      const acknowledges = agentOn('google_pubsub_subscription_iam_member', 'roles/pubsub.subscriber', 'subscription');
      return ofType(world, 'google_pubsub_subscription')
        .filter((subscription) => nameOf(subscription) !== LAST)
        .flatMap((subscription) => {
          const dead = named(world, subscription, 'dead_letter_policy.dead_letter_topic');
          if (dead === '') return [`${label(subscription)} has no dead-letter topic`];
          return [
            ...(topics.has(dead)
              ? []
              : [`${label(subscription)} sends dead letters to "${dead}", which no stack makes`]),
            ...(publishes.has(dead) ? [] : [`${label(subscription)}: Pub/Sub's agent may not publish to "${dead}"`]),
            ...(acknowledges.has(nameOf(subscription))
              ? []
              : [`${label(subscription)}: Pub/Sub's agent may not acknowledge there, so nothing would be moved`]),
          ];
        });
    },
  },
  {
    name: 'dead-letters-are-read',
    because: 'a message published to a topic without a subscription is gone',
    violations: (world) => {
      const read = new Set(ofType(world, 'google_pubsub_subscription').map((entry) => named(world, entry, 'topic')));
      return ofType(world, 'google_pubsub_topic')
        .filter((topic) => !read.has(nameOf(topic)))
        .map((topic) => `${label(topic)} has no subscription`);
    },
  },
  {
    name: 'parked-are-taken',
    because: 'what lies parked would be gone in a month',
    violations: (world) => {
      const takers = ofType(world, 'google_pubsub_subscription_iam_member').filter(
        (grant) =>
          text(grant, 'role') === 'roles/pubsub.subscriber' &&
          named(world, grant, 'subscription') === LAST &&
          text(grant, 'member').includes('fn-'),
      );
      return takers.length === 1 ? [] : [`messaging: ${takers.length} functions may take from "${LAST}", not one`];
    },
  },
  {
    name: 'pushes-prove-who-calls',
    because: 'whoever knows a URL could otherwise send messages',
    violations: (world) => {
      const invokers = new Set(
        ofType(world, 'google_cloud_run_v2_service_iam_member')
          .filter((grant) => text(grant, 'role') === 'roles/run.invoker')
          .map((grant) => `${text(grant, 'member')} ${named(world, grant, 'name')}`),
      );
      return ofType(world, 'google_pubsub_subscription')
        .filter((subscription) => text(subscription, 'push_config.push_endpoint') !== '')
        .flatMap((subscription) => {
          const endpoint = text(subscription, 'push_config.push_endpoint');
          const base = /^https:\/\/([a-z0-9-]+)-\$\{[^}]+\}[^/]*/.exec(endpoint);
          const caller = text(subscription, 'push_config.oidc_token.service_account_email');
          if (base === null) return [`${label(subscription)} pushes to ${endpoint}, which is no address of ours`];
          if (caller === '') return [`${label(subscription)} pushes without a token`];
          return [
            ...(text(subscription, 'push_config.oidc_token.audience') === base[0]
              ? []
              : [`${label(subscription)}: the token's audience is not the base URL ${base[0]}`]),
            ...(invokers.has(`serviceAccount:${caller} ${base[1]}`)
              ? []
              : [`${label(subscription)}: ${caller} may not call "${base[1]}"`]),
          ];
        });
    },
  },
  {
    name: 'jobs-are-bounded',
    because: 'a job without a deadline or a retry policy of its own gets the defaults, which are none',
    violations: (world) =>
      ofType(world, 'google_cloud_scheduler_job').flatMap((job) => [
        ...(text(job, 'attempt_deadline') === '' ? [`${label(job)} has no deadline`] : []),
        ...(text(job, 'retry_config.retry_count') === ''
          ? [`${label(job)} does not say how often it is tried again`]
          : []),
        ...(text(job, 'http_target.oidc_token.audience') === '' ? [`${label(job)} calls without a token`] : []),
      ]),
  },
];
