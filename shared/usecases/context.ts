import type { Principal } from '../domain/principal.ts';
import type { Engine } from '../engine/engine-api.ts';
import type { Platform, TenantPorts } from '../ports/platform.ts';

/** What a use case acts with. `ports` is bound to the principal's tenant; `requestId` ties its effects to its cause. */
export interface UseCaseContext {
  platform: Platform;
  engine: Engine;
  ports: TenantPorts;
  principal: Principal;
  requestId: string;
}
