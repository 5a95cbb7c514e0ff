import type { Environment } from '../environments.ts';
import { metricFilter } from './log-metrics.ts';

const API = 'resource.type="cloud_run_revision" AND resource.labels.service_name="api"';
const REQUESTS = `metric.type="run.googleapis.com/request_count" AND ${API}`;

/** Either bad events among all, or events that take no longer than so many seconds. */
export type ObjectiveDef = {
  title: string;
  runbook: string;
  total: string;
  /** What counts the events, one each. */
  events: string;
} & ({ bad: string } | { withinSeconds: number });

/** What users may expect, as a share of events over 28 days. */
export const OBJECTIVES = {
  availability: {
    title: 'The API answers without a fault of its own',
    runbook: 'the-api-fails',
    total: REQUESTS,
    events: REQUESTS,
    bad: `${REQUESTS} AND metric.labels.response_code_class="5xx"`,
  },
  latency: {
    title: 'Reads of the API take less than a second',
    runbook: 'the-api-is-slow',
    total: metricFilter('recto-reads'),
    // The metric of reads holds their times: how many there were is known from all requests.
    events: REQUESTS,
    withinSeconds: 1,
  },
  documents: {
    title: 'Runs end without failing',
    runbook: 'documents-fail',
    total: metricFilter('recto-runs'),
    events: metricFilter('recto-runs'),
    bad: metricFilter('recto-runs', ' AND metric.labels.status="failed"'),
  },
} as const satisfies Record<keyof Environment['objectives'], ObjectiveDef>;

/**
 * Burn rates at which somebody is told, each over a long window (it is real) and a short one (it is still going on), and
 * only where there were enough events to speak of a share. From the SRE workbook, "Alerting on SLOs", table 5-8.
 */
export const BURN_RATES = [
  { name: 'fast', rate: 14.4, longSeconds: 3600, shortSeconds: 300, leastEvents: 50, severity: 'CRITICAL' },
  { name: 'steady', rate: 6, longSeconds: 6 * 3600, shortSeconds: 1800, leastEvents: 100, severity: 'ERROR' },
  { name: 'slow', rate: 1, longSeconds: 3 * 86_400, shortSeconds: 6 * 3600, leastEvents: 200, severity: 'WARNING' },
] as const;
