import { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member/index.js';
import { CloudSchedulerJob } from '@cdktf/provider-google/lib/cloud-scheduler-job/index.js';
import { manifest } from '../../shared/manifest.ts';
import type { App } from '../cdktf.ts';
import { cronOf } from '../cron-of.ts';
import type { Deployment } from '../deployment.ts';
import { functionAt } from '../workloads.ts';
import { RectoStack } from './recto-stack.ts';

const BOOTSTRAP = '/_scheduled/bootstrap';

/** Jobs that call the function `scheduled`. Schedules of tenants are records, and no jobs. */
export class SchedulerStack extends RectoStack {
  constructor(scope: App, deployment: Deployment) {
    super(scope, 'scheduler', deployment);
    for (const { name, path, everySeconds } of manifest.sweeps) {
      const { cron, forSeconds } = cronOf(everySeconds);
      // Where the next tick is seconds away it is the retry; a retry of its own could only swallow it.
      const retries = everySeconds < 300 ? 0 : 3;
      this.job(name, path, cron, { everySeconds, forSeconds }, retries);
    }
    // The deploy command runs it, to make the first tenant and its key; where there is one it does nothing.
    this.job('bootstrap', BOOTSTRAP, '0 0 1 1 *', {}, 0);
    const target = functionAt(BOOTSTRAP);
    new CloudRunV2ServiceIamMember(this, `scheduler-to-${target.name}`, {
      name: target.name,
      location: deployment.environment.region,
      role: 'roles/run.invoker',
      member: this.names.member('scheduler-caller'),
    });
  }

  private job(name: string, path: string, schedule: string, body: object, retryCount: number): void {
    const url = this.names.url(functionAt(path).name, this.projectNumber);
    new CloudSchedulerJob(this, name, {
      name: `recto-${name}`,
      region: this.deployment.environment.region,
      schedule,
      timeZone: 'Etc/UTC',
      attemptDeadline: '1800s',
      retryConfig: { retryCount, minBackoffDuration: '5s', maxBackoffDuration: '60s', maxDoublings: 3 },
      httpTarget: {
        uri: `${url}${path}`,
        httpMethod: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: Buffer.from(JSON.stringify(body)).toString('base64'),
        oidcToken: { serviceAccountEmail: this.names.serviceAccount('scheduler-caller'), audience: url },
      },
    });
  }
}
