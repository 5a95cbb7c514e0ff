import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member/index.js';
import { manifest } from '../../shared/manifest.ts';
import type { App } from '../cdktf.ts';
import { PrivateBucket } from '../constructs/private-bucket.ts';
import type { Deployment } from '../deployment.ts';
import { accountOf, functions } from '../workloads.ts';
import { RectoStack } from './recto-stack.ts';

const ROLE = { read: 'roles/storage.objectViewer', write: 'roles/storage.objectUser' } as const;

/** Buckets of the manifest with who may use them, the one that functions are built from, and the one for audit logs. */
export class StorageStack extends RectoStack {
  constructor(scope: App, deployment: Deployment) {
    super(scope, 'storage', deployment);
    const { domain, environment } = deployment;
    const origin = domain === null ? this.names.url('api', this.projectNumber) : `https://${domain}`;
    for (const name of manifest.buckets) {
      const bucket = new PrivateBucket(this, {
        deployment,
        name,
        // Browsers send and fetch with signed links.
        cors: [
          {
            origin: [origin],
            method: ['GET', 'PUT'],
            responseHeader: ['Content-Type', 'Content-Length', 'ETag', 'x-goog-hash', 'x-goog-generation'],
            maxAgeSeconds: 3600,
          },
        ],
      });
      for (const definition of functions) {
        const may = definition.grants.buckets[name];
        if (may !== undefined)
          new StorageBucketIamMember(this, `${name}-${definition.name}`, {
            bucket: bucket.name,
            role: ROLE[may],
            member: this.names.member(accountOf(definition)),
          });
      }
    }
    const sources = new PrivateBucket(this, { deployment, name: 'sources', deleteAfterDays: 90 });
    new StorageBucketIamMember(this, 'sources-builder', {
      bucket: sources.name,
      role: 'roles/storage.objectViewer',
      member: this.names.member('function-builder'),
    });
    new PrivateBucket(this, {
      deployment,
      name: 'audit',
      // Where an environment may be taken down as a whole, this must be able to go with it.
      ...(environment.protectData ? { retentionDays: environment.auditDays } : {}),
      deleteAfterDays: environment.auditDays + 30,
    });
  }
}
