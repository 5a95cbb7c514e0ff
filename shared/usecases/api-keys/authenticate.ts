import { timingSafeEqual } from 'node:crypto';
import { hashApiKey, isWellFormedApiKey } from '../../domain/api-key.ts';
import { apiKeys, tenants } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import type { ApiKey, Principal } from '../../domain/principal.ts';
import type { Tenant } from '../../domain/tenant.ts';
import type { Platform } from '../../ports/platform.ts';

export interface Authenticated {
  principal: Principal;
  tenant: Tenant;
}

interface Entry extends Authenticated {
  key: ApiKey;
  readAt: number;
}

/** How long another process may go on accepting a key that was revoked here. */
const FRESH_MS = 1000;
const MAX_ENTRIES = 10_000;

const REFUSAL = 'The API key is not valid: it may be mistyped, expired or revoked. Send `Authorization: Bearer <key>`.';

export interface Authenticator {
  /** The principal of a key; `unauthenticated` in the same words whatever is wrong with it, `forbidden` for a suspended tenant. */
  authenticate(key: string): Promise<Authenticated>;
  /** Drops what is remembered of a key, or of a whole tenant: the next request reads the store. */
  forget(what: { hash: string } | { tenantId: string }): void;
}

/** Looks keys up by their hash, across tenants, and remembers the good ones for a second. */
export function createAuthenticator(platform: Platform): Authenticator {
  const known = new Map<string, Entry>();
  // Grows with every forget: a look-up that began before one must not put back what was forgotten.
  let epoch = 0;

  async function load(hash: string): Promise<Entry | null> {
    const began = epoch;
    const { records } = await platform.system.store.query(apiKeys, {
      where: [{ field: 'hash', op: '==', value: hash }],
      limit: 1,
    });
    const record = records[0];
    if (record === undefined || !sameText(record.data.hash, hash)) return null;
    const tenant = await platform.forTenant(record.tenantId).store.get(tenants, { id: record.tenantId });
    if (tenant === null) return null;
    const { id, scopes } = record.data;
    const entry: Entry = {
      principal: { kind: 'apiKey', id, tenantId: record.tenantId, scopes },
      tenant: tenant.data,
      key: record.data,
      readAt: platform.clock.now(),
    };
    if (began === epoch) remember(hash, entry);
    return entry;
  }

  function remember(hash: string, entry: Entry): void {
    known.delete(hash);
    known.set(hash, entry);
    if (known.size > MAX_ENTRIES) {
      const oldest = known.keys().next();
      if (oldest.done !== true) known.delete(oldest.value);
    }
  }

  return {
    async authenticate(key) {
      if (!isWellFormedApiKey(key)) throw new RectoError('unauthenticated', REFUSAL);
      const hash = hashApiKey(key);
      const now = platform.clock.now();
      const cached = known.get(hash);
      const entry = cached !== undefined && now - cached.readAt < FRESH_MS ? cached : await load(hash);
      if (entry === null) throw new RectoError('unauthenticated', REFUSAL);
      const { revokedAt, expiresAt } = entry.key;
      if (revokedAt !== null || (expiresAt !== null && expiresAt <= now))
        throw new RectoError('unauthenticated', REFUSAL);
      if (entry.tenant.status === 'suspended')
        throw new RectoError('forbidden', 'This tenant is suspended; ask the operator to reactivate it.');
      return entry;
    },
    forget(what) {
      epoch += 1;
      if ('hash' in what) known.delete(what.hash);
      else for (const [hash, entry] of known) if (entry.tenant.id === what.tenantId) known.delete(hash);
    },
  };
}

const sameText = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
