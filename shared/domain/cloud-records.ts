import { z } from 'zod';
import { collection } from './collection.ts';

/** What the cloud's adapters keep in the document store for themselves; infra makes indexes for it as for the rest. */

/** Fields that the document store adds to a record's indexed ones in Firestore; no record has fields of these names. */
export const FIRESTORE_FIELDS = {
  tenant: 'tenantId',
  /** The record as JSON; never indexed. */
  data: '_data',
  /** A timestamp for the TTL policy; absent when the record does not expire. */
  expires: '_expires',
  /** Differs with each write, so that every write changes the document. */
  revision: '_revision',
} as const;

/** Collections of the search index, which is no collection of records. */
export const FIRESTORE_SEARCH = { entries: 'searchEntries', pages: 'searchPages' } as const;
/** The field of an entry that holds its vector, and those that a search by vector may ask for besides the tenant. */
export const FIRESTORE_VECTOR = { field: 'embedding', filters: ['documentType', 'mediaType'] } as const;

/** A message that is not published before its time. */
export const delayedMessages = collection({
  name: 'delayedMessages',
  schema: z.object({
    topic: z.string(),
    /** Base64. */
    data: z.string(),
    attributes: z.record(z.string(), z.string()),
    orderingKey: z.string().nullable(),
    dueAt: z.number(),
  }),
  indexes: [{ fields: ['dueAt', 'tenantId'] }],
});

/** A tenant's cron schedule and the first of its ticks that was not published; null when it never comes true again. */
export const cronEntries = collection({
  name: 'cronEntries',
  schema: z.object({
    cron: z.string(),
    timeZone: z.string(),
    topic: z.string(),
    data: z.string(),
    attributes: z.record(z.string(), z.string()),
    nextAt: z.number().nullable(),
  }),
  indexes: [{ fields: ['nextAt', 'tenantId'] }],
});

/** Which version of a secret holds; id: digest of its name. The value itself is in Secret Manager. */
export const secretPointers = collection({
  name: 'secretPointers',
  schema: z.object({ name: z.string(), secret: z.string(), version: z.string() }),
  indexes: [],
});

/** A master key, wrapped by Cloud KMS (base64). Id: its version. Never deleted: it opens what it sealed. */
export const masterKeys = collection({
  name: 'masterKeys',
  schema: z.object({
    version: z.number().int().min(1),
    wrapped: z.string(),
    kmsKey: z.string(),
    createdAt: z.number(),
  }),
  indexes: [],
});

export const cloudCollections = [delayedMessages, cronEntries, secretPointers, masterKeys] as const;
