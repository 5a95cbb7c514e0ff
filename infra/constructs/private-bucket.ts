import { StorageBucket, type StorageBucketCors } from '@cdktf/provider-google/lib/storage-bucket/index.js';
import type { Construct } from '../cdktf.ts';
import type { Deployment } from '../deployment.ts';
import { namesOf } from '../names.ts';

export interface PrivateBucketParams {
  deployment: Deployment;
  /** Without the project's id before it. */
  name: string;
  cors?: StorageBucketCors[];
  /** Objects cannot be deleted or replaced for this long. */
  retentionDays?: number;
  /** Objects go after this long. */
  deleteAfterDays?: number;
}

/** Encrypted with our key, closed to the public whatever anyone grants, versioned: a deletion can be undone for some days. */
export class PrivateBucket extends StorageBucket {
  constructor(scope: Construct, params: PrivateBucketParams) {
    const { deployment, name, cors, retentionDays, deleteAfterDays } = params;
    const { environment } = deployment;
    const names = namesOf(deployment);
    super(scope, `bucket-${name}`, {
      name: names.bucket(name),
      location: environment.region,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      forceDestroy: !environment.protectData,
      encryption: { defaultKmsKeyName: names.key('storage') },
      // A retention policy and versions exclude each other.
      ...(retentionDays === undefined
        ? { versioning: { enabled: true } }
        : { retentionPolicy: { retentionPeriod: retentionDays * 86_400 } }),
      // Versions are the way back; soft deletion would keep, and bill, everything a second time.
      softDeletePolicy: { retentionDurationSeconds: 0 },
      ...(cors === undefined ? {} : { cors }),
      lifecycleRule: [
        { action: { type: 'AbortIncompleteMultipartUpload' }, condition: { age: 7 } },
        ...(retentionDays === undefined
          ? [
              {
                action: { type: 'Delete' },
                condition: { daysSinceNoncurrentTime: environment.versionDays, withState: 'ARCHIVED' },
              },
            ]
          : []),
        ...(deleteAfterDays === undefined ? [] : [{ action: { type: 'Delete' }, condition: { age: deleteAfterDays } }]),
      ],
      lifecycle: { preventDestroy: environment.protectData },
    });
  }
}
