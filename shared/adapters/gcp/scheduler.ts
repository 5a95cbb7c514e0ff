import { cronEntries } from '../../domain/cloud-records.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DocumentStore, Stored } from '../../ports/document-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { MessageBus } from '../../ports/message-bus.ts';
import type { Scheduler } from '../../ports/scheduler.ts';
import { parseCron, previewTicks } from '../support/cron.ts';
import { tickAttributes } from '../support/schedule-tick.ts';

export interface RecordScheduler {
  forTenant(tenantId: string): Scheduler;
  /** Publishes the ticks that are due, of those a schedule missed the latest only; the count. Called every minute. */
  publishDue(): Promise<number>;
}

const BATCH = 200;
const MAX_BATCHES = 50;

type CronEntry = ReturnType<(typeof cronEntries)['schema']['parse']>;

/**
 * Tenants' schedules as records; the one Cloud Scheduler job that infra declares calls `publishDue` every minute, which is as
 * fine as cron is. So a tenant's schedules need no quota of jobs and no rights of an administrator, and daylight saving is
 * taken the same way as on one machine. A tick is published first and then marked: a crash between the two publishes it
 * again with the same `tickId`.
 */
export function createScheduler(params: {
  /** Of the system. */
  store: DocumentStore;
  bus: MessageBus;
  clock: Clock;
  log: Logger;
}): RecordScheduler {
  const { store, bus, clock, log } = params;

  async function publish({ id, tenantId, data }: Stored<CronEntry>): Promise<void> {
    const { nextAt, cron, timeZone, topic } = data;
    if (nextAt === null) return;
    const ticks = parseCron(cron, timeZone);
    const now = clock.now();
    const tick = ticks.latest(nextAt - 1, now) ?? nextAt;
    const attributes = tickAttributes({ tenantId, scheduleId: id, attributes: data.attributes, tick });
    await bus.publish([{ topic, data: data.data, attributes }]);
    const following = ticks.next(Math.max(tick, now));
    await store.transaction(async (tx) => {
      const found = await tx.get(cronEntries, { id, tenantId });
      // Only if it still is the schedule that was read.
      if (found === null || found.data.nextAt !== nextAt) return;
      if (found.data.cron !== cron || found.data.timeZone !== timeZone) return;
      tx.put(cronEntries, { id, tenantId }, { ...found.data, nextAt: following });
    });
  }

  return {
    forTenant: (tenantId) => ({
      upsert: async ({ id, cron, timeZone, topic, data, attributes }) => {
        const ticks = parseCron(cron, timeZone);
        await store.transaction(async (tx) => {
          const old = (await tx.get(cronEntries, { id, tenantId }))?.data;
          const unchanged = old !== undefined && old.cron === cron && old.timeZone === timeZone;
          const nextAt = unchanged && old.nextAt !== null ? old.nextAt : ticks.next(clock.now());
          tx.put(cronEntries, { id, tenantId }, { cron, timeZone, topic, data, attributes, nextAt });
        });
      },
      remove: (id) =>
        store.transaction(async (tx) => {
          const found = await tx.get(cronEntries, { id, tenantId });
          if (found !== null) tx.delete(cronEntries, { id, tenantId });
          return found !== null;
        }),
      preview: previewTicks,
    }),

    publishDue: async () => {
      let count = 0;
      for (let batch = 0; batch < MAX_BATCHES; batch++) {
        const { records } = await store.query(cronEntries, {
          where: [{ field: 'nextAt', op: '<=', value: clock.now() }],
          orderBy: [{ field: 'nextAt', direction: 'asc' }],
          limit: BATCH,
        });
        let failures = 0;
        for (const record of records) {
          try {
            await publish(record);
            count++;
          } catch (error) {
            failures++;
            const { id: scheduleId, tenantId } = record;
            log.error('a schedule tick could not be published and is tried again', { tenantId, scheduleId, error });
          }
        }
        // What failed would be found again at once: it has its turn with the next call.
        if (records.length < BATCH || failures > 0) break;
      }
      return count;
    },
  };
}
