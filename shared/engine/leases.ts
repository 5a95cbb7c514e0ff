import { runs, work as workCollection } from '../domain/collections.ts';
import { RectoError, toRectoError } from '../domain/errors.ts';
import { isTerminal } from '../domain/run.ts';
import type { Work } from '../domain/work.ts';
import { POOLS } from '../domain/workflow.ts';
import type { Stored } from '../ports/document-store.ts';
import { type Claim, getPart } from './claim.ts';
import { AttemptStopped, type EngineCore } from './core.ts';

const PAGE = 100;

/** Renews the claim's lease at a third of its length, and aborts the attempt when it is gone. Returns how to stop. */
export function keepLease(core: EngineCore, claim: Claim, controller: AbortController): () => void {
  const { clock, log } = core.platform;
  const { store } = core.ports(claim.tenantId);
  let stopped = false;
  let cancel = (): void => undefined;
  const renew = async (): Promise<void> => {
    try {
      const held = await store.transaction(async (tx) => {
        const found = await tx.get(workCollection, { id: claim.workId });
        if (found?.data.leaseToken !== claim.token || stopped) return stopped;
        tx.put(workCollection, { id: claim.workId }, { ...found.data, leaseExpiresAt: clock.now() + core.leaseMs });
        return true;
      });
      if (!held) controller.abort(new AttemptStopped('lease_lost'));
    } catch (thrown) {
      log.warn('a lease could not be renewed', { workId: claim.workId, error: String(thrown) });
    }
    schedule();
  };
  const schedule = (): void => {
    if (!stopped && !controller.signal.aborted) cancel = clock.after(core.leaseMs / 3, () => void renew());
  };
  schedule();
  return () => {
    stopped = true;
    cancel();
  };
}

/** Delayed work whose time has come becomes ready. True when there may be more. */
export async function promoteDelayed(core: EngineCore): Promise<boolean> {
  const { system, clock } = core.platform;
  const { records } = await system.store.query(workCollection, {
    where: [
      { field: 'state', op: '==', value: 'delayed' },
      { field: 'readyAt', op: '<=', value: clock.now() },
    ],
    orderBy: [{ field: 'readyAt', direction: 'asc' }],
    limit: PAGE,
  });
  await Promise.all(records.map((record) => toReady(core, record)));
  return records.length === PAGE;
}

/** When the next delayed work is due; null when there is none. */
export async function nextDelayed(core: EngineCore): Promise<number | null> {
  const { records } = await core.platform.system.store.query(workCollection, {
    where: [{ field: 'state', op: '==', value: 'delayed' }],
    orderBy: [{ field: 'readyAt', direction: 'asc' }],
    limit: 1,
  });
  return records[0]?.data.readyAt ?? null;
}

async function toReady(core: EngineCore, record: Stored<Work>): Promise<void> {
  const { store } = core.ports(record.tenantId);
  await store.transaction(async (tx) => {
    const found = await tx.get(workCollection, { id: record.id });
    if (found === null || found.version !== record.version) return;
    const ready: Work = { ...found.data, state: 'ready', leaseToken: null, leaseExpiresAt: null };
    tx.put(workCollection, { id: record.id }, ready);
  });
}

/** What ends an attempt whose worker is gone. */
export type EndCrashed = (claim: Claim) => Promise<void>;

/** A dead process: the one of that name, or whichever took its leases until then. */
export type Gone = { instance: string } | { until: number };

/** Whether the record is held by a process that is gone. What was only dispatched is nobody's: its message comes again. */
function heldBy(core: EngineCore, work: Work, gone: Gone): boolean {
  if ('until' in gone) return (work.leaseExpiresAt ?? 0) <= gone.until + core.leaseMs;
  return work.state === 'running' && work.leaseToken?.startsWith(`${gone.instance}.`) === true;
}

/**
 * Takes back leases that have run out, or those of a process that is gone. What was only dispatched goes back to the queue;
 * what was running has crashed. True when there may be more. Errors: `storage_full`.
 */
export async function reclaimLeases(core: EngineCore, endCrashed: EndCrashed, gone: Gone | null): Promise<boolean> {
  const { system, clock, log } = core.platform;
  let more = false;
  for (const pool of POOLS)
    for (const state of ['dispatched', 'running'] as const) {
      const expired = { field: 'leaseExpiresAt', op: '<=', value: clock.now() } as const;
      const { records } = await system.store.query(workCollection, {
        where: [
          { field: 'pool', op: '==', value: pool },
          { field: 'state', op: '==', value: state },
          ...(gone === null ? [expired] : []),
        ],
        orderBy: [{ field: 'leaseExpiresAt', direction: 'asc' }],
        // A process holds no more leases than there are slots.
        limit: gone === null ? PAGE : 1000,
      });
      if (gone === null && records.length === PAGE) more = true;
      for (const record of records) {
        if (gone !== null && !heldBy(core, record.data, gone)) continue;
        // An attempt of this very process is alive, however late its renewal (a full disk, say).
        if (record.data.leaseToken !== null && core.active.get(record.id)?.token === record.data.leaseToken) continue;
        try {
          if (state === 'dispatched') await toReady(core, record);
          else await crashed(core, record, endCrashed);
        } catch (thrown) {
          if (toRectoError(thrown).code === 'storage_full') throw thrown;
          log.error('a lease could not be taken back', { workId: record.id, error: String(thrown) });
        }
      }
    }
  return more;
}

async function crashed(core: EngineCore, record: Stored<Work>, endCrashed: EndCrashed): Promise<void> {
  const { store } = core.ports(record.tenantId);
  const run = await store.get(runs, { id: record.data.runId });
  if (run === null || isTerminal(run.data.status)) {
    await store.delete(workCollection, { id: record.id });
    return;
  }
  const spec = run.data.workflow.steps.find((entry) => entry.id === record.data.stepId);
  const { leaseToken } = record.data;
  if (spec === undefined || leaseToken === null)
    throw new RectoError('internal', `The work ${record.id} does not belong to its run.`);
  core.platform.metrics.increment('recto_leases_expired_total', { kind: record.data.kind });
  await endCrashed({
    tenantId: record.tenantId,
    workId: record.id,
    work: record.data,
    run: run.data,
    spec,
    part: await getPart(store, record.data),
    token: leaseToken,
    startedAt: (record.data.leaseExpiresAt ?? core.platform.clock.now()) - core.leaseMs,
    forDead: true,
  });
}
