import {
  MonitoringAlertPolicy,
  type MonitoringAlertPolicyConditions,
} from '@cdktf/provider-google/lib/monitoring-alert-policy/index.js';
import type { Construct, TerraformResource } from '../cdktf.ts';

export interface AlertParams {
  title: string;
  /** Anchor in docs/operations.md. */
  runbook: string;
  severity: 'CRITICAL' | 'ERROR' | 'WARNING';
  /** All of them must hold. */
  conditions: MonitoringAlertPolicyConditions[];
  channels: string[];
  /** `owner/name` on GitHub. */
  repository: string | null;
  dependsOn?: TerraformResource[];
}

/** An alert that says what to do: the runbook's place is part of it. */
export class Alert extends MonitoringAlertPolicy {
  constructor(scope: Construct, id: string, params: AlertParams) {
    const page = `docs/operations.md#${params.runbook}`;
    super(scope, id, {
      displayName: params.title,
      severity: params.severity,
      combiner: params.conditions.length > 1 ? 'AND' : 'OR',
      conditions: params.conditions,
      notificationChannels: params.channels,
      dependsOn: params.dependsOn ?? [],
      alertStrategy: {
        autoClose: '86400s',
        // Asked for where a line of the log is what alerts, and refused elsewhere.
        ...(params.conditions.some(({ conditionMatchedLog }) => conditionMatchedLog !== undefined)
          ? { notificationRateLimit: { period: '3600s' } }
          : {}),
      },
      documentation: {
        mimeType: 'text/markdown',
        content: `Runbook: ${page}`,
        ...(params.repository === null
          ? {}
          : { links: [{ displayName: 'Runbook', url: `https://github.com/${params.repository}/blob/main/${page}` }] }),
      },
    });
  }
}
