import { MonitoringSlo } from '@cdktf/provider-google/lib/monitoring-slo/index.js';
import { Construct, type TerraformResource } from '../cdktf.ts';
import { BURN_RATES, type ObjectiveDef } from '../observability/objectives.ts';
import { Alert } from './alert.ts';

/** The longest that a threshold may look back. */
const DAY = 86_400;

export interface ObjectiveParams {
  id: string;
  objective: ObjectiveDef;
  /** Share of good events, 0 to 1. */
  goal: number;
  /** Id of the monitored service. */
  service: string;
  channels: string[];
  repository: string | null;
  dependsOn: TerraformResource[];
}

/** A service-level objective and the alerts for burning its budget too fast. */
export class Objective extends Construct {
  constructor(scope: Construct, params: ObjectiveParams) {
    const { id, objective, goal, channels, repository, dependsOn } = params;
    super(scope, `objective-${id}`);
    const slo = new MonitoringSlo(this, 'slo', {
      service: params.service,
      sloId: id,
      displayName: objective.title,
      goal,
      rollingPeriodDays: 28,
      dependsOn,
      requestBasedSli:
        'withinSeconds' in objective
          ? {
              distributionCut: { distributionFilter: objective.total, range: { min: 0, max: objective.withinSeconds } },
            }
          : { goodTotalRatio: { totalServiceFilter: objective.total, badServiceFilter: objective.bad } },
    });
    for (const burn of BURN_RATES) {
      const above = (seconds: number) => ({
        displayName: `${burn.rate} times as fast, over ${seconds} s`,
        conditionThreshold: {
          filter: `select_slo_burn_rate("${slo.name}", "${seconds}s")`,
          comparison: 'COMPARISON_GT',
          thresholdValue: burn.rate,
          duration: '0s',
        },
      });
      new Alert(this, `burns-${burn.name}`, {
        title: `${objective.title}: the budget burns ${burn.rate} times too fast`,
        runbook: objective.runbook,
        severity: burn.severity,
        channels,
        repository,
        dependsOn,
        conditions: [
          above(burn.longSeconds),
          above(burn.shortSeconds),
          {
            displayName: `more than ${burn.leastEvents} events`,
            conditionThreshold: {
              filter: objective.events,
              comparison: 'COMPARISON_GT',
              thresholdValue: burn.leastEvents,
              duration: '0s',
              aggregations: [
                {
                  alignmentPeriod: `${Math.min(burn.longSeconds, DAY)}s`,
                  perSeriesAligner: 'ALIGN_DELTA',
                  crossSeriesReducer: 'REDUCE_SUM',
                },
              ],
            },
          },
        ],
      });
    }
  }
}
