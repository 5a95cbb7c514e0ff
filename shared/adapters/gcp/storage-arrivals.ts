import { tenantIdSchema } from '../../domain/ids.ts';
import type { BucketName } from '../../ports/object-store.ts';

/**
 * The attributes of a Cloud Storage notification in the words of the platform: which of its buckets, whose object, by which
 * key. Null for what is none of its objects: another bucket, a name without a tenant, another event.
 */
export function arrivalAttributes(
  attributes: Readonly<Record<string, string>>,
  buckets: Readonly<Record<BucketName, string>>,
): Record<string, string> | null {
  const bucket = Object.entries(buckets).find(([, name]) => name === attributes.bucketId)?.[0];
  const [, tenantId, key] = /^([^/]+)\/(.+)$/su.exec(attributes.objectId ?? '') ?? [];
  if (bucket === undefined || key === undefined || attributes.eventType !== 'OBJECT_FINALIZE') return null;
  if (!tenantIdSchema.safeParse(tenantId).success) return null;
  return { ...attributes, bucketId: bucket, objectId: key, tenantId: tenantId ?? '' };
}
