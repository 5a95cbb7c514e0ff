import { ProjectIamCustomRole } from '@cdktf/provider-google/lib/project-iam-custom-role/index.js';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account/index.js';
import { ServiceAccountIamMember } from '@cdktf/provider-google/lib/service-account-iam-member/index.js';
import type { App } from '../cdktf.ts';
import { Wait } from '../constructs/wait.ts';
import { CUSTOM_ROLES } from '../custom-roles.ts';
import type { Deployment } from '../deployment.ts';
import { accountOf, CALLERS, functions, services } from '../workloads.ts';
import { RectoStack } from './recto-stack.ts';

/** An account for each workload and caller, and the roles that Google has none for. */
export class IdentitiesStack extends RectoStack {
  constructor(scope: App, deployment: Deployment) {
    super(scope, 'identities', deployment);
    const accounts = new Map<string, ServiceAccount>();
    const account = (accountId: string, does: string): void => {
      accounts.set(
        accountId,
        new ServiceAccount(this, accountId, { accountId, displayName: accountId, description: does }),
      );
    };
    for (const definition of functions) account(accountOf(definition), definition.does);
    for (const { account: id, does } of Object.values(services)) account(id, does);
    for (const [id, does] of Object.entries(CALLERS)) account(id, does);

    for (const definition of functions.filter(({ grants }) => grants.signsLinks)) {
      const signer = accounts.get(accountOf(definition));
      if (signer !== undefined)
        new ServiceAccountIamMember(this, `${accountOf(definition)}-signs`, {
          serviceAccountId: signer.name,
          role: 'roles/iam.serviceAccountTokenCreator',
          member: this.names.member(accountOf(definition)),
        });
    }
    for (const [roleId, { title, permissions }] of Object.entries(CUSTOM_ROLES))
      new ProjectIamCustomRole(this, `role-${roleId}`, { roleId, title, permissions: [...permissions] });
    new Wait(this, 'accounts-known', { after: [...accounts.values()], seconds: 30 });
  }
}
