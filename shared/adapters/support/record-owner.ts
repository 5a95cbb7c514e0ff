import { RectoError } from '../../domain/errors.ts';
import type { RecordRef } from '../../ports/document-store.ts';

/** Whose records a store reaches: one tenant's, or with null, every tenant's by name. */
export interface RecordOwner {
  /** The tenant that owns the record. Error: `internal` where the system's store is not told. */
  tenantOf(def: { name: string }, ref: RecordRef): string;
  /** Whether the record is named as another tenant's: to this store it does not exist. */
  foreign(ref: RecordRef): boolean;
}

export function recordOwner(tenant: string | null): RecordOwner {
  return {
    tenantOf: (def, ref) => {
      if (tenant !== null) return tenant;
      if (ref.tenantId !== undefined) return ref.tenantId;
      throw new RectoError('internal', `The system store needs the tenant of ${ref.id} in ${def.name}.`);
    },
    foreign: (ref) => tenant !== null && ref.tenantId !== undefined && ref.tenantId !== tenant,
  };
}
