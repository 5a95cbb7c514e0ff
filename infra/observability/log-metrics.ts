/** A metric that Cloud Logging counts from lines that the platform or Google writes. */
export interface LogMetric {
  describes: string;
  /** A line of ours: its message, as the code writes it. */
  message?: string;
  /** In Cloud Logging's language; added to the message. */
  filter?: string;
  /** Field of ours to tell values apart by. */
  label?: string;
  /** Counts lines, or spreads the seconds found there. */
  seconds?: string;
}

const REQUESTS = 'logName=~"run.googleapis.com%2Frequests"';
const NOT_THE_API = 'resource.labels.service_name!="api"';

export const LOG_METRICS = {
  'recto-runs': { describes: 'runs that have ended', message: 'a run has ended', label: 'status' },
  'recto-dead-letters': {
    describes: 'steps that used up their attempts',
    message: 'a step exhausted its attempts',
    label: 'code',
  },
  'recto-dead-letters-waiting': {
    describes: 'looks at the dead letters that found some older than a day, no fault of their document',
    message: 'dead letters wait for more than a day',
  },
  'recto-parked': { describes: 'calls that found parked messages', message: 'parked messages were taken' },
  'recto-undeliverable': {
    describes: 'messages that the bus gave up on',
    message: 'a message could not be delivered',
    label: 'subscription',
  },
  'recto-breakers': {
    describes: 'dependencies that were given up for a while',
    message: 'a circuit breaker changed',
    filter: 'jsonPayload.to="open"',
    label: 'dependency',
  },
  'recto-housekeeping': {
    describes: 'tenants that housekeeping failed for',
    message: 'maintenance failed for a tenant',
  },
  'recto-refused-callers': {
    describes: 'calls without the right identity to what only the platform may call',
    filter: `${REQUESTS} AND ${NOT_THE_API} AND (httpRequest.status=401 OR httpRequest.status=403)`,
  },
  'recto-no-instance': {
    describes: 'calls that found every instance taken',
    filter: `${REQUESTS} AND ${NOT_THE_API} AND httpRequest.status=429`,
  },
  'recto-reads': {
    describes: 'seconds that reads of the API took; streams of events stay open and are left out',
    filter: `${REQUESTS} AND resource.labels.service_name="api" AND httpRequest.requestMethod="GET" AND NOT httpRequest.requestUrl=~"/(events|artifacts/[^/]+|metrics)$"`,
    seconds: 'EXTRACT(httpRequest.latency)',
  },
} as const satisfies Record<string, LogMetric>;
export type LogMetricName = keyof typeof LOG_METRICS;

export function filterOf({ message, filter }: LogMetric): string {
  const ours = message === undefined ? [] : ['resource.type="cloud_run_revision"', `jsonPayload.message="${message}"`];
  return [...ours, ...(filter === undefined ? [] : [filter])].join(' AND ');
}

/** How Cloud Monitoring calls it. */
export const metricFilter = (name: LogMetricName, more = ''): string =>
  `metric.type="logging.googleapis.com/user/${name}" AND resource.type="cloud_run_revision"${more}`;
