import { IamWorkloadIdentityPool } from '@cdktf/provider-google/lib/iam-workload-identity-pool/index.js';
import { IamWorkloadIdentityPoolProvider } from '@cdktf/provider-google/lib/iam-workload-identity-pool-provider/index.js';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account/index.js';
import { ServiceAccountIamMember } from '@cdktf/provider-google/lib/service-account-iam-member/index.js';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member/index.js';
import { type App, TerraformOutput } from '../cdktf.ts';
import type { Deployment } from '../deployment.ts';
import { accountOf, functions, services } from '../workloads.ts';
import { RectoStack, stateBucketOf } from './recto-stack.ts';

/** Enough to roll out a release (functions, services, images); grants, keys and data stay with people. */
const ROLES = [
  'roles/artifactregistry.writer',
  'roles/browser',
  'roles/cloudbuild.builds.editor',
  'roles/cloudfunctions.developer',
  'roles/run.developer',
  'roles/serviceusage.serviceUsageConsumer',
] as const;

/** Lets GitHub Actions on the main branch of one repository roll out releases, without a key that could leak. */
export class CiStack extends RectoStack {
  constructor(scope: App, deployment: Deployment) {
    super(scope, 'ci', deployment);
    const { project, repository } = deployment;
    if (repository === null) return;
    const pool = new IamWorkloadIdentityPool(this, 'pool', {
      workloadIdentityPoolId: 'recto-ci',
      displayName: 'Recto CI',
    });
    const provider = new IamWorkloadIdentityPoolProvider(this, 'github', {
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: 'github',
      oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
      attributeMapping: { 'google.subject': 'assertion.sub', 'attribute.repository': 'assertion.repository' },
      // Without it any repository on GitHub could ask for a token of this pool.
      attributeCondition: `assertion.repository == "${repository}" && assertion.ref == "refs/heads/main"`,
    });
    const deployer = new ServiceAccount(this, 'ci-deployer', {
      accountId: 'ci-deployer',
      displayName: 'ci-deployer',
      description: 'rolls out releases from CI',
    });
    new ServiceAccountIamMember(this, 'github-as-deployer', {
      serviceAccountId: deployer.name,
      role: 'roles/iam.workloadIdentityUser',
      member: `principalSet://iam.googleapis.com/${pool.name}/attribute.repository/${repository}`,
    });
    for (const role of ROLES)
      new ProjectIamMember(this, role.replace('roles/', '').replaceAll('.', '-'), {
        project,
        role,
        member: deployer.member,
      });
    for (const bucket of [stateBucketOf(project), this.names.bucket('sources')])
      new StorageBucketIamMember(this, `in-${bucket}`, {
        bucket,
        role: 'roles/storage.objectUser',
        member: deployer.member,
      });
    // Cloud Build looks whether the bucket for sources is there.
    new StorageBucketIamMember(this, 'sees-sources', {
      bucket: this.names.bucket('sources'),
      role: 'roles/storage.legacyBucketReader',
      member: deployer.member,
    });
    // What it rolls out runs as these, and it may make nothing run as anyone else.
    for (const account of [
      ...functions.map(accountOf),
      ...Object.values(services).map((service) => service.account),
      'function-builder',
    ])
      new ServiceAccountIamMember(this, `acts-as-${account}`, {
        serviceAccountId: `projects/${project}/serviceAccounts/${this.names.serviceAccount(account)}`,
        role: 'roles/iam.serviceAccountUser',
        member: deployer.member,
      });
    new TerraformOutput(this, 'provider', { value: provider.name });
    new TerraformOutput(this, 'account', { value: deployer.email });
  }
}
