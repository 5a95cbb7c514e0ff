import type { TenantPorts } from '../ports/platform.ts';

/** Tenants come and go; what is bound to one is cheap to make again. */
const MOST = 1000;

/** The ports of each tenant, bound once and kept while few enough are. */
export function tenants(bind: (tenantId: string) => TenantPorts): (tenantId: string) => TenantPorts {
  const bound = new Map<string, TenantPorts>();
  return (tenantId) => {
    let ports = bound.get(tenantId);
    if (ports === undefined) {
      ports = bind(tenantId);
      if (bound.size >= MOST) bound.clear();
      bound.set(tenantId, ports);
    }
    return ports;
  };
}
