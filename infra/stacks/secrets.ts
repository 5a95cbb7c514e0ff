import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import { SecretManagerSecret } from '@cdktf/provider-google/lib/secret-manager-secret/index.js';
import { SecretManagerSecretIamMember } from '@cdktf/provider-google/lib/secret-manager-secret-iam-member/index.js';
import type { App } from '../cdktf.ts';
import { customRole } from '../custom-roles.ts';
import type { Deployment } from '../deployment.ts';
import { accountOf, functions, SECRETS } from '../workloads.ts';
import { RectoStack } from './recto-stack.ts';

/** Secrets of tenants are made at run time under names that begin so; nobody's grant reaches further. */
export const TENANT_SECRET_PREFIX = 'recto-';

const ROLE = {
  read: 'roles/secretmanager.secretAccessor',
  add: 'roles/secretmanager.secretVersionAdder',
} as const;

/** Secrets without their values: those are put there by the deploy command, and never pass through Terraform. */
export class SecretsStack extends RectoStack {
  constructor(scope: App, deployment: Deployment) {
    super(scope, 'secrets', deployment);
    const { project, environment } = deployment;
    for (const secretId of Object.keys(SECRETS)) {
      const secret = new SecretManagerSecret(this, secretId, {
        secretId,
        replication: {
          userManaged: {
            replicas: [
              { location: environment.region, customerManagedEncryption: { kmsKeyName: this.names.key('secrets') } },
            ],
          },
        },
      });
      for (const definition of functions)
        for (const { may } of definition.grants.secrets.filter(({ id }) => id === secretId))
          new SecretManagerSecretIamMember(this, `${secretId}-${definition.name}`, {
            secretId: secret.secretId,
            role: ROLE[may],
            member: this.names.member(accountOf(definition)),
          });
    }
    const ofTenants = {
      title: 'secrets-of-tenants',
      expression: `resource.name.startsWith("projects/${this.projectNumber}/secrets/${TENANT_SECRET_PREFIX}")`,
    };
    for (const definition of functions) {
      const { tenantSecrets } = definition.grants;
      if (tenantSecrets === 'none') continue;
      const grant = (id: string, role: string, condition?: typeof ofTenants): void => {
        new ProjectIamMember(this, `tenant-secrets-${id}-${definition.name}`, {
          project,
          role,
          member: this.names.member(accountOf(definition)),
          ...(condition === undefined ? {} : { condition }),
        });
      };
      if (tenantSecrets === 'read') grant('read', ROLE.read, ofTenants);
      else {
        // Making one is a right on the project, which has no secret's name to compare.
        grant('make', customRole(project, 'rectoSecretCreator'));
        grant('keep', customRole(project, 'rectoSecretEditor'), ofTenants);
      }
    }
  }
}
