import type { z } from 'zod';

/**
 * An index over top-level fields, in order; queries filter and sort only along one of these. `tenantId` names the record's
 * tenant and makes the index one of the system store alone.
 */
export interface IndexDef {
  fields: readonly string[];
  /** Also used by the system store across tenants. */
  acrossTenants?: boolean;
  /** Directions in which queries sort along it; each costs the cloud an index of its own. Default: ascending. */
  order?: 'asc' | 'desc' | 'both';
}

/** A kind of record: its name in the store, its schema, its indexes (read by infra as well), its expiry. */
export interface CollectionDef<T> {
  name: string;
  schema: z.ZodType<T>;
  indexes: readonly IndexDef[];
  /** Top-level field with epoch ms after which a record counts as absent and is swept. */
  ttlField?: string;
}

export const collection = <T>(def: CollectionDef<T>): CollectionDef<T> => def;
