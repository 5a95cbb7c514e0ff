import { z } from 'zod';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { MessageBus } from '../../ports/message-bus.ts';
import type { Scheduler, ScheduleSpec } from '../../ports/scheduler.ts';
import { parseCron, previewTicks } from '../support/cron.ts';
import { tickAttributes } from '../support/schedule-tick.ts';
import { inTransaction, type Migration, openDatabase } from './sqlite.ts';

const MIGRATIONS: readonly Migration[] = [
  {
    id: 1,
    name: 'schedules',
    sql: `CREATE TABLE schedules (
      tenant TEXT NOT NULL,
      id TEXT NOT NULL,
      cron TEXT NOT NULL,
      time_zone TEXT NOT NULL,
      topic TEXT NOT NULL,
      data TEXT NOT NULL,
      attributes TEXT NOT NULL,
      -- Epoch ms of the first tick that was not published; null when the expression never comes true again.
      next_at INTEGER,
      PRIMARY KEY (tenant, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL`,
  },
];

const BATCH = 200;
/** Looks again this often at least: the machine's clock may have been set, or it may have slept. */
const MAX_WAIT_MS = 60_000;
const RETRY_MS = 5_000;

const rowSchema = z.object({
  tenant: z.string(),
  id: z.string(),
  cron: z.string(),
  time_zone: z.string(),
  topic: z.string(),
  data: z.string(),
  attributes: z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
  next_at: z.number(),
});
type Row = z.infer<typeof rowSchema>;

export interface EmbeddedScheduler {
  forTenant(tenantId: string): Scheduler;
  /** Publishes what was missed, then each tick at its time, until `stop`. */
  start(): void;
  /** Waits for a publication under way. */
  stop(): Promise<void>;
  close(): void;
}

/**
 * Cron from `file` (SQLite, fsynced a commit). A tick is published first and then marked, so a crash between the two
 * publishes it again: its attribute `tickId` (`<scheduleId>:<scheduledFor>`) is the same each time. Of the ticks that fell
 * due while nothing could be published (platform down, machine asleep, bus refusing) only the latest is published.
 * Saving a schedule whose expression and zone are unchanged keeps its place in time. Ticks also carry `tenantId`.
 */
export function createScheduler(params: {
  file: string;
  bus: MessageBus;
  clock: Clock;
  log: Logger;
}): EmbeddedScheduler {
  const { bus, clock, log } = params;
  const db = openDatabase(params.file, MIGRATIONS);
  const find = db.prepare('SELECT cron, time_zone, next_at FROM schedules WHERE tenant = ? AND id = ?');
  const save = db.prepare(
    `INSERT INTO schedules (tenant, id, cron, time_zone, topic, data, attributes, next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (tenant, id) DO UPDATE SET cron = excluded.cron, time_zone = excluded.time_zone, topic = excluded.topic,
       data = excluded.data, attributes = excluded.attributes, next_at = excluded.next_at`,
  );
  const drop = db.prepare('DELETE FROM schedules WHERE tenant = ? AND id = ?');
  const due = db.prepare(
    'SELECT tenant, id, cron, time_zone, topic, data, attributes, next_at FROM schedules WHERE next_at <= ? ORDER BY next_at, tenant, id LIMIT ?',
  );
  const soonest = db.prepare('SELECT min(next_at) AS at FROM schedules WHERE next_at IS NOT NULL');
  // Only if it still is the schedule that was read.
  const mark = db.prepare(
    'UPDATE schedules SET next_at = ? WHERE tenant = ? AND id = ? AND next_at = ? AND cron = ? AND time_zone = ?',
  );

  let running = false;
  let cancelTimer: (() => void) | null = null;
  let pass: Promise<void> = Promise.resolve();

  const publish = async (row: Row): Promise<void> => {
    const ticks = parseCron(row.cron, row.time_zone);
    const now = clock.now();
    const tick = ticks.latest(row.next_at - 1, now) ?? row.next_at;
    const attributes = tickAttributes({ tenantId: row.tenant, scheduleId: row.id, attributes: row.attributes, tick });
    await bus.publish([{ topic: row.topic, data: row.data, attributes }]);
    const following = ticks.next(Math.max(tick, now));
    inTransaction(db, () => mark.run(following, row.tenant, row.id, row.next_at, row.cron, row.time_zone));
  };

  /** How long to wait before the next look. */
  const publishDue = async (): Promise<number> => {
    const rows = due.all(clock.now(), BATCH).map((row) => rowSchema.parse(row));
    let failures = 0;
    for (const row of rows) {
      if (!running) return 0;
      await publish(row).catch((thrown: unknown) => {
        failures++;
        log.error('a schedule tick could not be published and is tried again', {
          tenantId: row.tenant,
          scheduleId: row.id,
          error: thrown,
        });
      });
    }
    if (failures > 0) return RETRY_MS;
    if (rows.length === BATCH) return 0;
    const at = soonest.get()?.at;
    return typeof at === 'number' ? Math.min(Math.max(at - clock.now(), 0), MAX_WAIT_MS) : MAX_WAIT_MS;
  };

  const arm = (ms: number): void => {
    cancelTimer?.();
    cancelTimer = running ? clock.after(ms, look) : null;
  };
  const look = (): void => {
    cancelTimer = null;
    pass = pass
      .then(publishDue)
      .catch((thrown: unknown) => {
        log.error('the schedules could not be read; tried again', { error: thrown });
        return RETRY_MS;
      })
      .then(arm);
  };

  return {
    forTenant: (tenant) => ({
      upsert: async (spec: ScheduleSpec) => {
        const ticks = parseCron(spec.cron, spec.timeZone);
        inTransaction(db, () => {
          const old = find.get(tenant, spec.id);
          const unchanged = old !== undefined && old.cron === spec.cron && old.time_zone === spec.timeZone;
          const nextAt = unchanged && typeof old.next_at === 'number' ? old.next_at : ticks.next(clock.now());
          save.run(
            tenant,
            spec.id,
            spec.cron,
            spec.timeZone,
            spec.topic,
            spec.data,
            JSON.stringify(spec.attributes),
            nextAt,
          );
        });
        if (running) arm(0);
      },
      remove: async (id) => inTransaction(db, () => drop.run(tenant, id)).changes > 0,
      preview: previewTicks,
    }),
    start: () => {
      if (running) return;
      running = true;
      look();
    },
    stop: async () => {
      running = false;
      cancelTimer?.();
      cancelTimer = null;
      await pass;
    },
    close: () => db.close(),
  };
}
