import { ArtifactRegistryRepository } from '@cdktf/provider-google/lib/artifact-registry-repository/index.js';
import { ArtifactRegistryRepositoryIamMember } from '@cdktf/provider-google/lib/artifact-registry-repository-iam-member/index.js';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import type { App } from '../cdktf.ts';
import type { Deployment } from '../deployment.ts';
import { RectoStack } from './recto-stack.ts';

/** Where images lie: ours, and those that Cloud Build makes of functions. */
export class RegistryStack extends RectoStack {
  constructor(scope: App, deployment: Deployment) {
    super(scope, 'registry', deployment);
    const builder = this.names.member('function-builder');
    for (const repositoryId of [this.names.imageRepository, this.names.functionRepository]) {
      const repository = new ArtifactRegistryRepository(this, repositoryId, {
        repositoryId,
        format: 'DOCKER',
        location: deployment.environment.region,
        kmsKeyName: this.names.key('code'),
        // What runs is named by its commit: a name that could be moved would say nothing.
        dockerConfig: { immutableTags: repositoryId === this.names.imageRepository },
        cleanupPolicies: [
          { id: 'keep-recent', action: 'KEEP', mostRecentVersions: { keepCount: 10 } },
          { id: 'drop-old', action: 'DELETE', condition: { tagState: 'ANY', olderThan: `${90 * 86_400}s` } },
        ],
      });
      new ArtifactRegistryRepositoryIamMember(this, `${repositoryId}-builder`, {
        repository: repository.name,
        location: deployment.environment.region,
        role: 'roles/artifactregistry.writer',
        member: builder,
      });
    }
    // Before it builds a function Google copies its source into a bucket of its own, which no stack makes.
    new ProjectIamMember(this, 'builder-copies', {
      project: deployment.project,
      role: 'roles/storage.objectViewer',
      member: builder,
      condition: {
        title: 'sources-of-functions',
        expression: `resource.name.startsWith("projects/_/buckets/gcf-v2-sources-${this.projectNumber}-")`,
      },
    });
    new ProjectIamMember(this, 'builder-logs', {
      project: deployment.project,
      role: 'roles/logging.logWriter',
      member: builder,
    });
  }
}
