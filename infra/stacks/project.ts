import { ProjectIamAuditConfig } from '@cdktf/provider-google/lib/project-iam-audit-config/index.js';
import { ProjectService } from '@cdktf/provider-google/lib/project-service/index.js';
import type { App } from '../cdktf.ts';
import { RawProvider, RawResource } from '../constructs/raw.ts';
import { Wait } from '../constructs/wait.ts';
import type { Deployment } from '../deployment.ts';
import { SERVICE_AGENTS } from '../service-agents.ts';
import { RectoStack } from './recto-stack.ts';

/** Google's services that are used, without their common ending. */
export const APIS = [
  'artifactregistry',
  'billingbudgets',
  'cloudbuild',
  'cloudfunctions',
  'cloudkms',
  'cloudresourcemanager',
  'cloudscheduler',
  'compute',
  'firestore',
  'iam',
  'iamcredentials',
  'logging',
  'monitoring',
  'pubsub',
  'run',
  'secretmanager',
  'serviceusage',
  'storage',
  'sts',
] as const;

/** Services of the project, the accounts that act for them, and who looked at secrets. */
export class ProjectStack extends RectoStack {
  constructor(scope: App, deployment: Deployment) {
    super(scope, 'project', deployment);
    const { project, environment } = deployment;
    const services = APIS.map(
      (name) =>
        new ProjectService(this, `api-${name}`, {
          project,
          service: `${name}.googleapis.com`,
          disableOnDestroy: false,
        }),
    );
    const known = new Wait(this, 'services-known', { after: services, seconds: 60 });
    const beta = new RawProvider(
      this,
      'google-beta',
      { name: 'google-beta', from: 'hashicorp/google-beta', version: '6.50.0' },
      { project, region: environment.region },
    );
    const identities = Object.entries(SERVICE_AGENTS).flatMap(([name, { service }]) =>
      service === null
        ? []
        : [
            new RawResource(
              this,
              `identity-${name}`,
              'google_project_service_identity',
              { project, service },
              { provider: beta, dependsOn: [known] },
            ),
          ],
    );
    new Wait(this, 'identities-known', { after: identities, seconds: 60 });

    // Writes to the project are logged always; reads of secrets and of who may do what are worth knowing as well.
    for (const service of ['secretmanager', 'iam'])
      new ProjectIamAuditConfig(this, `audit-${service}`, {
        project,
        service: `${service}.googleapis.com`,
        auditLogConfig: [{ logType: 'ADMIN_READ' }, { logType: 'DATA_READ' }, { logType: 'DATA_WRITE' }],
        dependsOn: [known],
      });
  }
}
