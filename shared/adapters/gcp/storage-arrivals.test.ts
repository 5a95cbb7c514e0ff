import { expect, test } from 'vitest';
import { arrivalAttributes } from './storage-arrivals.ts';

const buckets = { incoming: 'acme-incoming', documents: 'acme-documents', artifacts: 'acme-artifacts' };
const notification = {
  eventType: 'OBJECT_FINALIZE',
  bucketId: 'acme-incoming',
  objectId: 'tenant-1/in box/scan.pdf',
  objectGeneration: '77',
};

test('a notification names the bucket’s purpose, the tenant and the key', () => {
  expect(arrivalAttributes(notification, buckets)).toEqual({
    eventType: 'OBJECT_FINALIZE',
    bucketId: 'incoming',
    objectId: 'in box/scan.pdf',
    tenantId: 'tenant-1',
    objectGeneration: '77',
  });
});

test.each([
  ['another bucket', { bucketId: 'elsewhere' }],
  ['another event', { eventType: 'OBJECT_DELETE' }],
  ['a name without a tenant', { objectId: 'scan.pdf' }],
  ['a tenant that cannot be one', { objectId: '../scan.pdf' }],
  ['a tenant named beside it', { objectId: '/scan.pdf', tenantId: 'tenant-2' }],
])('%s is none of ours', (_, over) => {
  expect(arrivalAttributes({ ...notification, ...over }, buckets)).toBeNull();
});
