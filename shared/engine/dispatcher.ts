import { dispatchGates, SYSTEM_TENANT, work as workCollection } from '../domain/collections.ts';
import { stepTopic, type Work } from '../domain/work.ts';
import type { Pool } from '../domain/workflow.ts';
import type { Stored } from '../ports/document-store.ts';
import type { Dependency } from './breakers.ts';
import type { EngineCore } from './core.ts';
import type { Step } from './step.ts';
import type { StepMessage } from './work-records.ts';

/** Most works published for a pool in one pass. */
const BATCH = 200;

type Ready = Stored<Work>;

/** How long refused work stays out of the way before it is looked at again. */
const POSTPONE_MS = 5000;

/** Works of a kind that may start, by tenant: tenants after `lastTenant` first, at most `wanted` in all. */
async function readyOfKind(core: EngineCore, kind: string, lastTenant: string, wanted: number) {
  const { store } = core.platform.system;
  const ofKind = [
    { field: 'kind', op: '==', value: kind },
    { field: 'state', op: '==', value: 'ready' },
  ] as const;
  const firstAfter = async (tenant: string): Promise<Ready | undefined> => {
    const { records } = await store.query(workCollection, {
      where: [...ofKind, { field: 'tenantId', op: '>', value: tenant }],
      orderBy: [
        { field: 'tenantId', direction: 'asc' },
        { field: 'priority', direction: 'asc' },
        { field: 'readyAt', direction: 'asc' },
      ],
      limit: 1,
    });
    return records[0];
  };
  // From each tenant's first to the next tenant's first: the cost is the tenants served, not the length of the queue.
  const lines = new Map<string, Ready[]>();
  let wrapped = false;
  let from = lastTenant;
  while (lines.size < wanted) {
    const first = await firstAfter(from);
    if (first === undefined) {
      if (wrapped || lastTenant === '') break;
      wrapped = true;
      from = '';
      continue;
    }
    if (lines.has(first.tenantId) || (wrapped && first.tenantId > lastTenant)) break;
    lines.set(first.tenantId, [first]);
    from = first.tenantId;
  }
  if (lines.size >= wanted) return lines;
  for (const tenant of lines.keys()) {
    const { records } = await store.query(workCollection, {
      where: [...ofKind, { field: 'tenantId', op: '==', value: tenant }],
      orderBy: [
        { field: 'priority', direction: 'asc' },
        { field: 'readyAt', direction: 'asc' },
      ],
      limit: wanted,
    });
    lines.set(tenant, records);
  }
  return lines;
}

/** One work a tenant a round, each tenant's own by priority and age, until `wanted` are chosen. */
function inTurns(byTenant: ReadonlyMap<string, readonly Ready[]>, lastTenant: string, wanted: number): Ready[] {
  const tenants = [...byTenant.keys()].sort();
  const split = tenants.findIndex((tenant) => tenant > lastTenant);
  const turns = split <= 0 ? tenants : [...tenants.slice(split), ...tenants.slice(0, split)];
  const lines = turns.map((tenant) =>
    [...(byTenant.get(tenant) ?? [])].sort(
      (a, b) => a.data.priority - b.data.priority || a.data.readyAt - b.data.readyAt || (a.id < b.id ? -1 : 1),
    ),
  );
  const chosen: Ready[] = [];
  for (let round = 0; chosen.length < wanted && lines.some((line) => line.length > round); round++)
    for (const line of lines) {
      const next = line[round];
      if (next !== undefined && chosen.length < wanted) chosen.push(next);
    }
  return chosen;
}

/** Work that was refused leaves the queue for a moment, so that what is behind it can be seen. */
async function postpone(core: EngineCore, entry: Ready): Promise<void> {
  const { clock, system } = core.platform;
  const readyAt = clock.now() + POSTPONE_MS;
  await system.store.transaction(async (tx) => {
    const ref = { id: entry.id, tenantId: entry.tenantId };
    const found = await tx.get(workCollection, ref);
    if (found?.version === entry.version) tx.put(workCollection, ref, { ...found.data, state: 'delayed', readyAt });
  });
}

/**
 * What may start now in the pool, in turns. A dependency whose breaker wants a probe lets one work through. Of steps that may
 * do without it, only the work that it has refused is held back.
 */
async function choose(
  core: EngineCore,
  pool: Pool,
  lastTenant: string,
  free: number,
): Promise<{ chosen: Ready[]; postponed: number }> {
  let postponed = 0;
  const byTenant = new Map<string, Ready[]>();
  const probing = new Map<Dependency, string[]>();
  const held = (step: Step, entry: Ready): boolean => step.mayDoWithout !== true || entry.data.refused === true;
  for (const step of core.steps.values()) {
    if (step.pool !== pool) continue;
    const gate = core.breakers.gate(step.dependsOn);
    if (gate === 'open' && step.mayDoWithout !== true) continue;
    if (gate === 'probe' && step.dependsOn !== undefined)
      probing.set(step.dependsOn, [...(probing.get(step.dependsOn) ?? []), step.kind]);
    const usual = gate === 'probe' && step.mayDoWithout !== true ? 1 : free;
    const wanted = gate === 'open' ? BATCH : usual;
    for (const [tenant, line] of await readyOfKind(core, step.kind, lastTenant, wanted)) {
      const refused = gate === 'open' ? line.filter((entry) => held(step, entry)) : [];
      await Promise.all(refused.map((entry) => postpone(core, entry)));
      postponed += refused.length;
      const startable = line.filter((entry) => !refused.includes(entry));
      if (startable.length > 0) byTenant.set(tenant, [...(byTenant.get(tenant) ?? []), ...startable]);
    }
  }
  const chosen = inTurns(byTenant, lastTenant, free);
  for (const [dependency, kinds] of probing) {
    const candidates = chosen.filter((entry) => {
      const step = core.steps.get(entry.data.kind);
      return step !== undefined && kinds.includes(step.kind) && held(step, entry);
    });
    const allowed = candidates.length > 0 && (await core.breakers.takeProbe(dependency)) ? candidates.slice(0, 1) : [];
    for (const entry of candidates) if (!allowed.includes(entry)) chosen.splice(chosen.indexOf(entry), 1);
  }
  return { chosen, postponed };
}

/** Tells how much waits, by kind. */
export async function measureQueues(core: EngineCore): Promise<void> {
  const { system, metrics } = core.platform;
  for (const kind of core.steps.keys()) {
    const where = [
      { field: 'kind', op: '==', value: kind },
      { field: 'state', op: 'in', value: ['ready', 'delayed'] },
    ] as const;
    metrics.gauge('recto_queue_depth', await system.store.count(workCollection, { where }), { kind });
  }
}

/**
 * Fills the pool's free slots: marks the chosen work dispatched, which takes its slot, in one transaction, and publishes
 * after it. A crash in between is healed when the lease runs out. The number published, and whether more waits.
 */
export async function dispatchPool(
  core: EngineCore,
  pool: Pool,
  slots: number,
): Promise<{ published: number; more: boolean }> {
  const { system, clock, bus } = core.platform;
  const now = clock.now();
  const used = await system.store.count(workCollection, {
    where: [
      { field: 'pool', op: '==', value: pool },
      { field: 'state', op: 'in', value: ['dispatched', 'running'] },
      { field: 'leaseExpiresAt', op: '>', value: now },
    ],
  });
  core.platform.metrics.gauge('recto_slots_used', used, { pool });
  const free = Math.min(slots - used, BATCH);
  if (free <= 0) return { published: 0, more: false };
  const gate = await system.store.get(dispatchGates, { id: pool, tenantId: SYSTEM_TENANT });
  const lastTenant = gate?.data.lastTenant ?? '';
  const { chosen, postponed } = await choose(core, pool, lastTenant, free);
  const last = chosen.at(-1);
  if (last === undefined) return { published: 0, more: postponed > 0 };

  const messages = await system.store.transaction(async (tx) => {
    // Whoever else dispatches for this pool has changed the gate, and this choice is void.
    const current = await tx.get(dispatchGates, { id: pool, tenantId: SYSTEM_TENANT });
    if (current?.version !== gate?.version) return [];
    const marked: (StepMessage & { kind: string })[] = [];
    for (const entry of chosen) {
      const found = await tx.get(workCollection, { id: entry.id, tenantId: entry.tenantId });
      if (found === null || found.data.state !== 'ready') continue;
      const dispatch = found.data.dispatch + 1;
      const leaseExpiresAt = now + core.leaseMs;
      const dispatched: Work = { ...found.data, state: 'dispatched', dispatch, leaseToken: null, leaseExpiresAt };
      tx.put(workCollection, { id: entry.id, tenantId: entry.tenantId }, dispatched);
      marked.push({ tenantId: entry.tenantId, workId: entry.id, dispatch, kind: found.data.kind });
    }
    if (marked.length > 0)
      tx.put(dispatchGates, { id: pool, tenantId: SYSTEM_TENANT }, { lastTenant: last.tenantId, dispatchedAt: now });
    return marked;
  });
  if (messages.length > 0)
    await bus.publish(
      messages.map(({ kind, ...message }) => ({ topic: stepTopic(kind), data: JSON.stringify(message) })),
    );
  return { published: messages.length, more: messages.length === BATCH };
}
