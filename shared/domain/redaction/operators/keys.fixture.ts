import { createHmac } from 'node:crypto';
import type { OperatorKeys } from './keyed.ts';

/** The keys of a tenant, as a key manager derives them: by HMAC of a secret of its own. */
export const keysOf = (tenant: string, version = 1): OperatorKeys => ({
  version,
  mac: async (purpose, data) => createHmac('sha256', `${tenant}\0${purpose}`).update(data).digest(),
});
