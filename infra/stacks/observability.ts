import { LoggingMetric } from '@cdktf/provider-google/lib/logging-metric/index.js';
import { LoggingProjectSink } from '@cdktf/provider-google/lib/logging-project-sink/index.js';
import { MonitoringCustomService } from '@cdktf/provider-google/lib/monitoring-custom-service/index.js';
import { MonitoringDashboard } from '@cdktf/provider-google/lib/monitoring-dashboard/index.js';
import { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel/index.js';
import { MonitoringUptimeCheckConfig } from '@cdktf/provider-google/lib/monitoring-uptime-check-config/index.js';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member/index.js';
import type { App, TerraformResource } from '../cdktf.ts';
import { Alert } from '../constructs/alert.ts';
import { Objective } from '../constructs/objective.ts';
import { Wait } from '../constructs/wait.ts';
import type { Deployment } from '../deployment.ts';
import { ALERTS, GRANT_TO_EVERYONE } from '../observability/alerts.ts';
import { dashboard } from '../observability/dashboard.ts';
import { filterOf, LOG_METRICS, type LogMetric } from '../observability/log-metrics.ts';
import { OBJECTIVES } from '../observability/objectives.ts';
import { RectoStack } from './recto-stack.ts';

/** Log metrics, objectives with their alerts, the dashboard, a check from outside, and audit logs where nobody can change them. */
export class ObservabilityStack extends RectoStack {
  constructor(scope: App, deployment: Deployment) {
    super(scope, 'observability', deployment);
    const { environment, repository, alertEmail } = deployment;
    const channels =
      alertEmail === null
        ? []
        : [
            new MonitoringNotificationChannel(this, 'operators', {
              displayName: 'Recto operators',
              type: 'email',
              labels: { email_address: alertEmail },
            }).id,
          ];
    // Alerts on a metric fail to apply until Cloud Monitoring has heard of it.
    const known = new Wait(this, 'metrics-known', { after: this.logMetrics(), seconds: 30 });

    const service = new MonitoringCustomService(this, 'service', { serviceId: 'recto', displayName: 'Recto' });
    for (const id of ['availability', 'latency', 'documents'] as const)
      new Objective(this, {
        id,
        objective: OBJECTIVES[id],
        goal: environment.objectives[id],
        service: service.serviceId,
        channels,
        repository,
        dependsOn: [known],
      });
    for (const [id, alert] of Object.entries(ALERTS))
      new Alert(this, `alert-${id}`, {
        ...alert,
        channels,
        repository,
        dependsOn: [known],
        conditions: [
          {
            displayName: alert.title,
            conditionThreshold: {
              filter: alert.filter,
              comparison: 'COMPARISON_GT',
              thresholdValue: alert.above,
              duration: `${alert.forSeconds}s`,
              aggregations: [{ alignmentPeriod: `${alert.windowSeconds}s`, perSeriesAligner: alert.aligner }],
            },
          },
        ],
      });
    new Alert(this, 'alert-grants-to-everyone', {
      ...GRANT_TO_EVERYONE,
      channels,
      repository,
      conditions: [{ displayName: GRANT_TO_EVERYONE.title, conditionMatchedLog: { filter: GRANT_TO_EVERYONE.filter } }],
    });
    this.fromOutside(channels);
    new MonitoringDashboard(this, 'dashboard', { dashboardJson: dashboard(`Recto ${environment.name}`) });
    this.keepAuditLogs();
  }

  private logMetrics(): TerraformResource[] {
    return Object.entries<LogMetric>(LOG_METRICS).map(
      ([name, metric]) =>
        new LoggingMetric(this, name, {
          name,
          description: metric.describes,
          filter: filterOf(metric),
          ...(metric.label === undefined
            ? {}
            : { labelExtractors: { [metric.label]: `EXTRACT(jsonPayload.${metric.label})` } }),
          ...(metric.seconds === undefined
            ? {}
            : {
                valueExtractor: metric.seconds,
                bucketOptions: { exponentialBuckets: { numFiniteBuckets: 40, growthFactor: 1.4, scale: 0.001 } },
              }),
          metricDescriptor: {
            metricKind: 'DELTA',
            valueType: metric.seconds === undefined ? 'INT64' : 'DISTRIBUTION',
            unit: metric.seconds === undefined ? '1' : 's',
            ...(metric.label === undefined ? {} : { labels: [{ key: metric.label, valueType: 'STRING' }] }),
          },
        }),
    );
  }

  private fromOutside(channels: string[]): void {
    const { domain, project, repository } = this.deployment;
    const host = domain ?? this.names.url('api', this.projectNumber).replace('https://', '');
    const check = new MonitoringUptimeCheckConfig(this, 'uptime', {
      displayName: 'Recto API',
      timeout: '10s',
      period: '60s',
      httpCheck: { path: '/healthz', port: 443, useSsl: true, validateSsl: true },
      monitoredResource: { type: 'uptime_url', labels: { project_id: project, host } },
    });
    new Alert(this, 'alert-down', {
      title: 'The API cannot be reached',
      runbook: 'the-api-fails',
      severity: 'CRITICAL',
      channels,
      repository,
      conditions: [
        {
          displayName: 'two places cannot reach it',
          conditionThreshold: {
            filter: `metric.type="monitoring.googleapis.com/uptime_check/check_passed" AND resource.type="uptime_url" AND metric.labels.check_id="${check.uptimeCheckId}"`,
            comparison: 'COMPARISON_GT',
            thresholdValue: 1,
            duration: '120s',
            aggregations: [
              {
                alignmentPeriod: '300s',
                perSeriesAligner: 'ALIGN_NEXT_OLDER',
                crossSeriesReducer: 'REDUCE_COUNT_FALSE',
              },
            ],
          },
        },
      ],
    });
  }

  private keepAuditLogs(): void {
    const bucket = this.names.bucket('audit');
    const sink = new LoggingProjectSink(this, 'audit', {
      name: 'recto-audit',
      destination: `storage.googleapis.com/${bucket}`,
      filter: 'logName:"cloudaudit.googleapis.com"',
      uniqueWriterIdentity: true,
    });
    new StorageBucketIamMember(this, 'audit-writer', {
      bucket,
      role: 'roles/storage.objectCreator',
      member: sink.writerIdentity,
    });
  }
}
