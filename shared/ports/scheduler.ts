/** A cron trigger that posts a message to a topic. Five fields or an @macro; IANA zone. */
export interface ScheduleSpec {
  /** Unique in the tenant. */
  id: string;
  cron: string;
  timeZone: string;
  topic: string;
  data: string;
  attributes: Record<string, string>;
}

/**
 * Durable cron. A tick is published at least once, with attributes `scheduleId` and `scheduledFor` (ISO 8601); a tick
 * missed while the platform was down is published once at start, the latest only. DST is taken literally: a local time
 * that does not occur is skipped, one that occurs twice fires twice.
 * Errors: `invalid_request` for a cron expression or zone that cannot be read.
 */
export interface Scheduler {
  upsert(spec: ScheduleSpec): Promise<void>;
  /** False if absent. */
  remove(id: string): Promise<boolean>;
  /** Epoch ms of the next `count` ticks after `after`. */
  preview(spec: Pick<ScheduleSpec, 'cron' | 'timeZone'>, after: number, count: number): number[];
}
