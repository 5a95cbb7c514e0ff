import { newId } from '../domain/ids.ts';
import { SCOPES } from '../domain/principal.ts';
import type { Engine } from '../engine/engine-api.ts';
import type { Platform } from '../ports/platform.ts';
import type { UseCaseContext } from './context.ts';

/** The platform acting by itself in a tenant: bucket drops, schedule ticks, sweeps. */
export function systemContext(platform: Platform, engine: Engine, tenantId: string, by: string): UseCaseContext {
  return {
    platform,
    engine,
    ports: platform.forTenant(tenantId),
    principal: { kind: 'system', id: by, tenantId, scopes: SCOPES },
    requestId: newId('request', platform.clock.now()),
  };
}
