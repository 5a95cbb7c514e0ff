import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseDeployment } from '../deployment.ts';
import { EDGE_INVOKER } from '../stacks/edge.ts';
import { synthesize } from '../synthesize.ts';
import { check } from './rule.ts';
import { rules } from './rules.ts';
import type { Resource, World } from './world.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'recto-infra-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ENVIRONMENTS = ['dev', 'staging', 'prod'] as const;
const worlds = new Map<string, World>();
const world = (name: string): World => {
  const found = worlds.get(name);
  if (found === undefined) throw new Error(`${name} was not synthesized`);
  return found;
};
beforeAll(() => {
  for (const env of ENVIRONMENTS) {
    const deployment = parseDeployment({
      env,
      project: `recto-test-${env}`,
      domain: env === 'dev' ? null : 'recto.example.com',
      alertEmail: 'operators@example.com',
      billingAccount: '012345-6789AB-CDEF01',
      repository: 'example/recto',
      release: 'abc1234',
    });
    worlds.set(env, synthesize(deployment, path.join(folder, env)));
  }
});

test.each(ENVIRONMENTS)('%s breaks no rule', (env) => {
  expect(check(rules, world(env))).toEqual([]);
});

type Values = Record<string, unknown>;
interface Break {
  rule: string;
  how: string;
  change: (world: World) => World;
  /** What the message must name. */
  says: RegExp;
}

const without = (type: string, id: RegExp) => (before: World) => ({
  ...before,
  resources: before.resources.filter((entry) => !(entry.type === type && id.test(entry.id))),
});
const added =
  (type: string, values: Values, id = 'added') =>
  (before: World): World => ({ ...before, resources: [...before.resources, { stack: 'added', type, id, values }] });
/** Sets what a path leads to, in the first such resource; undefined removes it. */
const changed = (type: string, id: RegExp, where: string, value: unknown) => (before: World) => {
  const target = before.resources.find((entry) => entry.type === type && id.test(entry.id));
  if (target === undefined) throw new Error(`There is no ${type} like ${id}.`);
  const values: Values = structuredClone(target.values);
  const steps = where.split('.');
  const last = steps.pop() ?? '';
  let place: object = values;
  for (const step of steps) {
    const next: unknown = Object.entries(place).find(([key]) => key === step)?.[1];
    if (typeof next !== 'object' || next === null) throw new Error(`${where} leads nowhere in ${type} ${target.id}.`);
    place = next;
  }
  Object.assign(place, { [last]: value });
  const after: Resource = { ...target, values };
  return { ...before, resources: before.resources.map((entry) => (entry === target ? after : entry)) };
};

const BREAKS: readonly Break[] = [
  {
    rule: 'grants-add-one-member',
    how: 'a binding on the project',
    change: added('google_project_iam_binding', { role: 'roles/pubsub.publisher', members: [] }),
    says: /google_project_iam_binding/,
  },
  {
    rule: 'no-primitive-roles',
    how: 'an editor',
    change: added('google_project_iam_member', { role: 'roles/editor', member: 'user:a@example.com' }),
    says: /roles\/editor/,
  },
  {
    rule: 'closed-to-everyone',
    how: 'a bucket open to everyone',
    change: added('google_storage_bucket_iam_member', { role: 'roles/storage.objectViewer', member: 'allUsers' }),
    says: /allUsers/,
  },
  {
    rule: 'closed-to-everyone',
    how: 'a bucket under the name of the one grant that is right',
    change: added('google_storage_bucket_iam_member', { member: 'allAuthenticatedUsers' }, EDGE_INVOKER),
    says: /allAuthenticatedUsers/,
  },
  {
    rule: 'narrow-roles-on-the-project',
    how: 'records of every database',
    change: changed('google_project_iam_member', /^records-api$/, 'condition', undefined),
    says: /without a condition/,
  },
  {
    rule: 'narrow-roles-on-the-project',
    how: 'objects of every bucket',
    change: added('google_project_iam_member', { role: 'roles/storage.objectAdmin', member: 'x' }),
    says: /roles\/storage.objectAdmin/,
  },
  {
    rule: 'made-before-it-is-named',
    how: 'a function without its account',
    change: without('google_service_account', /^fn-step-ocr$/),
    says: /account "fn-step-ocr", which no stack makes/,
  },
  {
    rule: 'made-before-it-is-named',
    how: 'a bucket that comes too late',
    change: (before) => ({
      ...before,
      resources: before.resources.map((entry) =>
        entry.type === 'google_storage_bucket' && entry.id.includes('incoming') ? { ...entry, stack: 'budget' } : entry,
      ),
    }),
    says: /the stack "budget" makes after it/,
  },
  {
    rule: 'made-before-it-is-named',
    how: 'a grant on a service that is not there',
    change: without('google_cloudfunctions2_function', /^schedule-tick/),
    says: /service "schedule-tick", which no stack makes/,
  },
  {
    rule: 'secrets-exist',
    how: 'a secret that is gone',
    change: without('google_secret_manager_secret', /^metrics-token$/),
    says: /metrics-token", which no stack makes/,
  },
  {
    rule: 'secrets-exist',
    how: 'a secret that is closed to its reader',
    change: without('google_secret_manager_secret_iam_member', /^metrics-token-api$/),
    says: /may not/,
  },
  {
    rule: 'ci-is-one-repository',
    how: 'a pool open to GitHub',
    change: changed('google_iam_workload_identity_pool_provider', /./, 'attribute_condition', undefined),
    says: /condition/,
  },
  {
    rule: 'encrypted-with-our-keys',
    how: "a topic with Google's key",
    change: changed('google_pubsub_topic', /./, 'kms_key_name', undefined),
    says: /names no key/,
  },
  {
    rule: 'encrypted-with-our-keys',
    how: 'a key that nobody makes',
    change: without('google_kms_crypto_key', /^firestore$/),
    says: /google_firestore_database/,
  },
  {
    rule: 'keys-rotate',
    how: 'a key for ever',
    change: changed('google_kms_crypto_key', /^storage$/, 'rotation_period', undefined),
    says: /never rotates/,
  },
  {
    rule: 'buckets-are-private',
    how: 'a bucket that could be opened',
    change: changed('google_storage_bucket', /./, 'public_access_prevention', 'inherited'),
    says: /could be made public/,
  },
  {
    rule: 'buckets-are-private',
    how: 'a bucket without a way back',
    change: changed('google_storage_bucket', /incoming/, 'versioning', undefined),
    says: /neither versions/,
  },
  {
    rule: 'prod-keeps-its-data',
    how: 'a bucket that may go',
    change: changed('google_storage_bucket', /documents/, 'lifecycle', undefined),
    says: /could be destroyed/,
  },
  {
    rule: 'records-can-be-restored',
    how: 'no backups',
    change: without('google_firestore_backup_schedule', /./),
    says: /no backup schedule/,
  },
  {
    rule: 'queries-have-their-index',
    how: 'one index fewer',
    change: without('google_firestore_index', /^index-work-kind/),
    says: /no index for work: .*kind/,
  },
  {
    rule: 'as-the-manifest-says',
    how: 'a topic that the code publishes to',
    change: without('google_pubsub_topic', /^topic-step-ocr$/),
    says: /"step-ocr"/,
  },
  {
    rule: 'subscriptions-have-dead-letters',
    how: 'no policy',
    change: changed('google_pubsub_subscription', /^step-ocr/, 'dead_letter_policy', undefined),
    says: /no dead-letter topic/,
  },
  {
    rule: 'subscriptions-have-dead-letters',
    how: 'an agent that may not publish',
    change: without('google_pubsub_topic_iam_member', /^undeliverable-from-dead-letters$/),
    says: /may not publish to "undeliverable"/,
  },
  {
    rule: 'subscriptions-have-dead-letters',
    how: 'an agent that may not acknowledge',
    change: without('google_pubsub_subscription_iam_member', /^step-ocr/),
    says: /may not acknowledge/,
  },
  {
    rule: 'dead-letters-are-read',
    how: 'nobody reads what is parked',
    change: without('google_pubsub_subscription', /parked/),
    says: /undeliverable-parked" has no subscription/,
  },
  {
    rule: 'parked-are-taken',
    how: 'a sweep that may not',
    change: without('google_pubsub_subscription_iam_member', /^parked-to-scheduled$/),
    says: /0 functions may take from "undeliverable-parked-pull"/,
  },
  {
    rule: 'pushes-prove-who-calls',
    how: 'no token',
    change: changed('google_pubsub_subscription', /^step-ocr/, 'push_config.oidc_token', undefined),
    says: /without a token/,
  },
  {
    rule: 'pushes-prove-who-calls',
    how: 'an audience with a path',
    change: changed('google_pubsub_subscription', /^step-ocr/, 'push_config.oidc_token.audience', 'https://x/_push'),
    says: /audience/,
  },
  {
    rule: 'pushes-prove-who-calls',
    how: 'a caller without its grant',
    change: without('google_cloud_run_v2_service_iam_member', /^push-to-step-ocr$/),
    says: /may not call "step-ocr"/,
  },
  {
    rule: 'jobs-are-bounded',
    how: 'no retry policy',
    change: changed('google_cloud_scheduler_job', /retention/, 'retry_config', undefined),
    says: /how often/,
  },
  {
    rule: 'an-account-each',
    how: 'a borrowed account',
    change: changed(
      'google_cloudfunctions2_function',
      /^step-ocr/,
      'service_config.service_account_email',
      'fn-api@recto-test-prod.iam.gserviceaccount.com',
    ),
    says: /share the account fn-api/,
  },
  {
    rule: 'an-account-each',
    how: 'the default account',
    change: changed('google_cloud_run_v2_service', /^converter/, 'template.service_account', undefined),
    says: /default account/,
  },
  {
    rule: 'bounded',
    how: 'as many instances as there are calls',
    change: changed('google_cloudfunctions2_function', /^api/, 'service_config.max_instance_count', undefined),
    says: /no most instances/,
  },
  {
    rule: 'bounded',
    how: 'a service without a timeout',
    change: changed('google_cloud_run_v2_service', /^ocr-cpu/, 'template.timeout', undefined),
    says: /no timeout/,
  },
  {
    rule: 'functions-are-inside',
    how: 'a way past the load balancer',
    change: changed('google_cloudfunctions2_function', /^api/, 'service_config.ingress_settings', 'ALLOW_ALL'),
    says: /ALLOW_INTERNAL_AND_GCLB/,
  },
  {
    rule: 'parsers-are-cut-off',
    how: 'a firewall that is gone',
    change: without('google_compute_firewall', /egress/),
    says: /nothing denies/,
  },
  {
    rule: 'parsers-are-cut-off',
    how: 'a converter on the open network',
    change: changed('google_cloud_run_v2_service', /^converter/, 'template.vpc_access', undefined),
    says: /way out/,
  },
  {
    rule: 'parsers-are-cut-off',
    how: 'a converter that may read documents',
    change: added('google_storage_bucket_iam_member', {
      role: 'roles/storage.objectViewer',
      member: 'serviceAccount:run-converter@recto-test-prod.iam.gserviceaccount.com',
    }),
    says: /has a grant: roles\/storage.objectViewer/,
  },
  {
    rule: 'gpus-are-as-cloud-run-wants-them',
    how: 'too little memory',
    change: changed('google_cloud_run_v2_service', /^ocr-gpu/, 'template.containers.0.resources.limits', {
      cpu: '4',
      memory: '8Gi',
      'nvidia.com/gpu': '1',
    }),
    says: /less than 16Gi/,
  },
  {
    rule: 'gpus-are-as-cloud-run-wants-them',
    how: 'no node selector',
    change: changed('google_cloud_run_v2_service', /^ocr-gpu/, 'template.node_selector', undefined),
    says: /node selector/,
  },
  {
    rule: 'converter-takes-one-at-a-time',
    how: 'two at a time',
    change: changed('google_cloud_run_v2_service', /^converter/, 'template.max_instance_request_concurrency', 2),
    says: /several documents/,
  },
  {
    rule: 'names-fit',
    how: 'an account of 31 letters',
    change: added('google_service_account', { account_id: 'a'.repeat(31) }),
    says: /does not match/,
  },
  {
    rule: 'burn-rates-over-two-windows',
    how: 'either of two windows',
    change: changed('google_monitoring_alert_policy', /^objective-latency_burns-fast/, 'combiner', 'OR'),
    says: /two windows/,
  },
  {
    rule: 'burn-rates-over-two-windows',
    how: 'one slow request at night',
    change: changed('google_monitoring_alert_policy', /^objective-latency_burns-fast/, 'conditions.2', {}),
    says: /least number of events/,
  },
  {
    rule: 'alerts-say-what-to-do',
    how: 'a runbook that nobody wrote',
    change: changed('google_monitoring_alert_policy', /./, 'documentation.content', 'Runbook: docs/operations.md#pray'),
    says: /"pray"/,
  },
  {
    rule: 'alerts-say-what-to-do',
    how: 'no runbook',
    change: changed('google_monitoring_alert_policy', /./, 'documentation', undefined),
    says: /names no runbook/,
  },
  {
    rule: 'known-to-the-provider',
    how: 'a misspelt attribute',
    change: changed('google_storage_bucket', /./, 'uniform_bucket_level_acess', true),
    says: /has no attribute uniform_bucket_level_acess/,
  },
  {
    rule: 'known-to-the-provider',
    how: 'a misspelt attribute deep inside',
    change: changed('google_cloud_run_v2_service', /./, 'template.containers.0.startup_probe.htp_get', {}),
    says: /has no attribute template\.containers\.0\.startup_probe\.htp_get/,
  },
  {
    rule: 'known-to-the-provider',
    how: 'a misspelt attribute of a raw resource',
    change: changed('time_sleep', /./, 'create_durations', '60s'),
    says: /has no attribute create_durations/,
  },
  {
    rule: 'known-to-the-provider',
    how: 'a block where a value belongs',
    change: changed('google_storage_bucket', /./, 'location', { name: 'EU' }),
    says: /has no attribute location/,
  },
  {
    rule: 'known-to-the-provider',
    how: 'a kind of resource that is not there',
    change: added('google_storage_bukket', {}),
    says: /google_storage_bukket "added" is of a kind/,
  },
];

describe('a rule notices', () => {
  test.each(BREAKS)('$rule: $how', ({ rule, change, says }) => {
    const messages = check(rules, change(world('prod'))).filter((finding) => finding.rule === rule);
    expect(messages.map(({ message }) => message).join('\n')).toMatch(says);
  });

  test('something, whichever it is', () => {
    const broken = new Set(BREAKS.map(({ rule }) => rule));
    expect(rules.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
  });
});
