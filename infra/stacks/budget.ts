import { BillingBudget } from '@cdktf/provider-google/lib/billing-budget/index.js';
import { MonitoringNotificationChannel } from '@cdktf/provider-google/lib/monitoring-notification-channel/index.js';
import type { App } from '../cdktf.ts';
import type { Deployment } from '../deployment.ts';
import { RectoStack } from './recto-stack.ts';

/** Tells when the month's spending reaches parts of the budget, or is going to. It stops nothing. */
export class BudgetStack extends RectoStack {
  constructor(scope: App, deployment: Deployment) {
    super(scope, 'budget', deployment);
    const { billingAccount, alertEmail, environment } = deployment;
    if (billingAccount === null) return;
    const channels =
      alertEmail === null
        ? []
        : [
            new MonitoringNotificationChannel(this, 'spending', {
              displayName: 'Recto spending',
              type: 'email',
              labels: { email_address: alertEmail },
            }).id,
          ];
    new BillingBudget(this, 'month', {
      billingAccount,
      displayName: `Recto ${environment.name}`,
      budgetFilter: { projects: [`projects/${this.projectNumber}`], calendarPeriod: 'MONTH' },
      amount: { specifiedAmount: { currencyCode: 'USD', units: String(environment.monthlyBudgetUsd) } },
      thresholdRules: [
        { thresholdPercent: 0.5 },
        { thresholdPercent: 0.9 },
        { thresholdPercent: 1 },
        { thresholdPercent: 1, spendBasis: 'FORECASTED_SPEND' },
      ],
      ...(channels.length === 0 ? {} : { allUpdatesRule: { monitoringNotificationChannels: channels } }),
    });
  }
}
