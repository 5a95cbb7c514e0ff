import { collection } from './collection.ts';
import { artifactSchema, documentSchema } from './document.ts';
import { erasureSchema } from './erasure.ts';
import { policySchema, policyVersionSchema } from './policy.ts';
import { apiKeySchema } from './principal.ts';
import {
  auditEventSchema,
  batchSchema,
  breakerSchema,
  counterSchema,
  dispatchGateSchema,
  idempotencySchema,
  resultSchema,
  scheduleSchema,
  uploadSchema,
} from './records.ts';
import { redactionReviewSchema } from './redaction/review.ts';
import { deadLetterSchema, runPartSchema, runSchema } from './run.ts';
import { tenantSchema } from './tenant.ts';
import { usageDaySchema, usageRollUpSchema, usageSchema } from './usage.ts';
import { webhookDeliverySchema, webhookSchema } from './webhook.ts';
import { workSchema } from './work.ts';

/** Tenant id under which records that belong to the platform itself are kept. */
export const SYSTEM_TENANT = 'recto-system';

export const tenants = collection({
  name: 'tenants',
  schema: tenantSchema,
  indexes: [{ fields: ['createdAt'], acrossTenants: true }],
});
export const apiKeys = collection({
  name: 'apiKeys',
  schema: apiKeySchema,
  indexes: [
    { fields: ['hash'], acrossTenants: true },
    { fields: ['createdAt'], order: 'desc' },
  ],
});
export const documents = collection({
  name: 'documents',
  schema: documentSchema,
  indexes: [
    { fields: ['createdAt'], order: 'desc' },
    { fields: ['status', 'createdAt'], order: 'both' },
    { fields: ['sha256'] },
    { fields: ['batchId', 'createdAt'], order: 'both' },
  ],
});
export const artifacts = collection({
  name: 'artifacts',
  schema: artifactSchema,
  indexes: [{ fields: ['documentId', 'name'] }],
});
export const runs = collection({
  name: 'runs',
  schema: runSchema,
  indexes: [
    { fields: ['createdAt'], order: 'desc' },
    { fields: ['status', 'createdAt'], acrossTenants: true, order: 'desc' },
    { fields: ['documentId', 'createdAt'], order: 'both' },
    { fields: ['batchId', 'createdAt'], order: 'desc' },
  ],
});
export const runParts = collection({
  name: 'runParts',
  schema: runPartSchema,
  indexes: [{ fields: ['runId', 'stepId', 'index'] }, { fields: ['runId', 'stepId', 'status', 'index'] }],
});
export const work = collection({
  name: 'work',
  schema: workSchema,
  indexes: [
    { fields: ['runId'] },
    // Tenants in turns: from one tenant's first ready work to the next tenant's, whatever the queue's length.
    { fields: ['kind', 'state', 'tenantId', 'priority', 'readyAt'] },
    // Slots in use, and leases that have run out.
    { fields: ['pool', 'state', 'leaseExpiresAt', 'tenantId'] },
    { fields: ['state', 'readyAt', 'tenantId'] },
  ],
});
export const deadLetters = collection({
  name: 'deadLetters',
  schema: deadLetterSchema,
  indexes: [
    { fields: ['createdAt'], order: 'desc' },
    { fields: ['status', 'createdAt'], order: 'both', acrossTenants: true },
    { fields: ['status', 'stepKind', 'createdAt'], order: 'both' },
    { fields: ['status', 'redriveAt'] },
    { fields: ['runId'] },
  ],
});
/** One record a pool; every dispatch changes it, so that two dispatchers never fill the same slot. */
export const dispatchGates = collection({ name: 'dispatchGates', schema: dispatchGateSchema, indexes: [] });
export const breakers = collection({ name: 'breakers', schema: breakerSchema, indexes: [] });
export const webhooks = collection({
  name: 'webhooks',
  schema: webhookSchema,
  indexes: [{ fields: ['createdAt'], order: 'desc' }],
});
export const webhookDeliveries = collection({
  name: 'webhookDeliveries',
  schema: webhookDeliverySchema,
  indexes: [
    { fields: ['webhookId', 'createdAt'], order: 'desc' },
    { fields: ['createdAt'], order: 'desc' },
    { fields: ['documentId'] },
  ],
});
export const schedules = collection({
  name: 'schedules',
  schema: scheduleSchema,
  indexes: [{ fields: ['createdAt'], order: 'desc' }],
});
export const batches = collection({
  name: 'batches',
  schema: batchSchema,
  indexes: [{ fields: ['createdAt'], order: 'desc' }],
});
export const results = collection({
  name: 'results',
  schema: resultSchema,
  indexes: [{ fields: ['documentId'] }, { fields: ['sha256'] }],
  ttlField: 'expiresAt',
});
export const uploads = collection({
  name: 'uploads',
  schema: uploadSchema,
  indexes: [{ fields: ['key'] }],
  ttlField: 'expiresAt',
});
/** By document id; they stay when it has gone. */
export const erasures = collection({ name: 'erasures', schema: erasureSchema, indexes: [] });
/** By document id. */
export const redactionReviews = collection({ name: 'redactionReviews', schema: redactionReviewSchema, indexes: [] });
export const policyVersions = collection({
  name: 'policyVersions',
  schema: policyVersionSchema,
  indexes: [{ fields: ['policyId', 'version'], order: 'desc' }],
});
export const policies = collection({
  name: 'policies',
  schema: policySchema,
  indexes: [{ fields: ['createdAt'], order: 'desc' }],
});
export const auditEvents = collection({
  name: 'auditEvents',
  schema: auditEventSchema,
  indexes: [
    { fields: ['occurredAt'], order: 'desc' },
    { fields: ['action', 'occurredAt'], order: 'desc' },
  ],
});
export const usage = collection({
  name: 'usage',
  schema: usageSchema,
  indexes: [{ fields: ['at'] }, { fields: ['pending'], acrossTenants: true }],
});
export const usageDays = collection({ name: 'usageDays', schema: usageDaySchema, indexes: [{ fields: ['start'] }] });
export const usageRollUps = collection({ name: 'usageRollUps', schema: usageRollUpSchema, indexes: [] });
export const idempotency = collection({
  name: 'idempotency',
  schema: idempotencySchema,
  indexes: [{ fields: ['documentId'] }],
  ttlField: 'expiresAt',
});
export const counters = collection({ name: 'counters', schema: counterSchema, indexes: [] });
export { fieldDefinitions, templates } from './extraction/collections.ts';
