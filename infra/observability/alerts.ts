import { type LogMetricName, metricFilter } from './log-metrics.ts';

export interface AlertDef {
  title: string;
  /** Anchor in docs/operations.md. */
  runbook: string;
  severity: 'CRITICAL' | 'ERROR' | 'WARNING';
  filter: string;
  aligner: 'ALIGN_DELTA' | 'ALIGN_MAX';
  /** Tells when the value, over `windowSeconds`, was above this for `forSeconds`. */
  above: number;
  windowSeconds: number;
  forSeconds: number;
}

/** More than `above` lines in ten minutes. */
const counted = (metric: LogMetricName, above: number) =>
  ({ filter: metricFilter(metric), aligner: 'ALIGN_DELTA', above, windowSeconds: 600, forSeconds: 0 }) as const;

const OLDEST =
  'metric.type="pubsub.googleapis.com/subscription/oldest_unacked_message_age" AND resource.type="pubsub_subscription"';

export const ALERTS: Readonly<Record<string, AlertDef>> = {
  'dead-letters': {
    title: 'Steps use up their attempts',
    runbook: 'dead-letters',
    severity: 'WARNING',
    ...counted('recto-dead-letters', 10),
  },
  'dead-letters-waiting': {
    title: 'Dead letters wait for more than a day',
    runbook: 'dead-letters',
    severity: 'WARNING',
    ...counted('recto-dead-letters-waiting', 0),
    // The sweep looks every quarter of an hour.
    windowSeconds: 3600,
  },
  undeliverable: {
    title: 'Messages cannot be delivered',
    runbook: 'messages-cannot-be-delivered',
    severity: 'ERROR',
    ...counted('recto-undeliverable', 0),
  },
  parked: {
    title: 'Messages lie parked',
    runbook: 'parked-messages',
    severity: 'ERROR',
    filter:
      'metric.type="pubsub.googleapis.com/subscription/num_undelivered_messages" AND resource.type="pubsub_subscription" AND resource.labels.subscription_id="undeliverable-parked-pull"',
    aligner: 'ALIGN_MAX',
    above: 0,
    windowSeconds: 300,
    forSeconds: 300,
  },
  'parked-taken': {
    title: 'The recorder of dead letters could not take messages',
    runbook: 'parked-messages',
    severity: 'ERROR',
    ...counted('recto-parked', 0),
    windowSeconds: 3600,
  },
  backlog: {
    title: 'Messages wait for more than ten minutes',
    runbook: 'a-stuck-queue',
    severity: 'ERROR',
    filter: `${OLDEST} AND resource.labels.subscription_id!="undeliverable-parked-pull" AND resource.labels.subscription_id!="object-finalized-push"`,
    aligner: 'ALIGN_MAX',
    above: 600,
    windowSeconds: 300,
    forSeconds: 300,
  },
  arrivals: {
    title: 'Files that arrived wait for more than an hour',
    runbook: 'a-stuck-queue',
    severity: 'WARNING',
    filter: `${OLDEST} AND resource.labels.subscription_id="object-finalized-push"`,
    aligner: 'ALIGN_MAX',
    above: 3600,
    windowSeconds: 300,
    forSeconds: 600,
  },
  breakers: {
    title: 'A dependency is down',
    runbook: 'ocr-is-down',
    severity: 'ERROR',
    ...counted('recto-breakers', 2),
  },
  'no-instance': {
    title: 'Every instance is taken',
    runbook: 'every-instance-is-taken',
    severity: 'WARNING',
    ...counted('recto-no-instance', 100),
  },
  housekeeping: {
    title: 'Housekeeping fails',
    runbook: 'scheduled-work-fails',
    severity: 'WARNING',
    ...counted('recto-housekeeping', 5),
  },
  scheduler: {
    title: 'Scheduled calls fail',
    runbook: 'scheduled-work-fails',
    severity: 'ERROR',
    filter:
      'metric.type="cloudscheduler.googleapis.com/job/attempt_count" AND resource.type="cloud_scheduler_job" AND metric.labels.response_code!="200" AND metric.labels.response_code!="204"',
    aligner: 'ALIGN_DELTA',
    above: 5,
    windowSeconds: 600,
    forSeconds: 0,
  },
  'refused-callers': {
    title: 'Somebody calls what only the platform may call',
    runbook: 'refused-callers',
    severity: 'WARNING',
    ...counted('recto-refused-callers', 10),
  },
};

/** Told at once, from the line of the audit log itself: it can come from any kind of resource, which a metric could not. */
export const GRANT_TO_EVERYONE = {
  title: 'Something was opened to everyone',
  runbook: 'a-grant-to-everyone',
  severity: 'CRITICAL',
  filter:
    'protoPayload.methodName=~"SetIamPolicy$" AND protoPayload.serviceData.policyDelta.bindingDeltas.member=~"^all(Authenticated)?Users$" AND protoPayload.serviceData.policyDelta.bindingDeltas.action="ADD"',
} as const;
