import { Cron } from 'croner';
import { RectoError } from '../../domain/errors.ts';

const MACROS = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']);
/** Five fields of numbers, names, lists, ranges and steps: what every cron understands; no `L`, `W`, `#` or `?`. */
const FIELDS = /^(?:[0-9A-Za-z*,/-]{1,100} ){4}[0-9A-Za-z*,/-]{1,100}$/;
const NAMES = /^(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT)$/i;
const DAY_MS = 86_400_000;
/** 29 February is at most 8 years away (2096 to 2104). */
const HORIZON_MS = 8 * 366 * DAY_MS;

/** The ticks of a cron expression in a zone. */
export interface CronTicks {
  /** Epoch ms of the first tick after that time; null when there is none within 8 years. */
  next(after: number): number | null;
  /** The last tick after `from` and not after `until`; null when there is none. */
  latest(from: number, until: number): number | null;
}

const invalid = (message: string, cause?: unknown): RectoError => new RectoError('invalid_request', message, { cause });

function offsetReader(timeZone: string): (at: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    throw invalid(
      `The time zone ${JSON.stringify(timeZone.slice(0, 100))} is not known. Use an IANA name such as Europe/Berlin or UTC.`,
      cause,
    );
  }
  return (at) => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
  };
}

function checkFields(cron: string): void {
  if (MACROS.has(cron)) return;
  const words = cron.match(/[A-Za-z]+/g) ?? [];
  if (FIELDS.test(cron) && words.every((word) => NAMES.test(word))) return;
  throw invalid(
    `The cron expression ${JSON.stringify(cron.slice(0, 100))} cannot be read. Use five fields (minute, hour, day of month, month, day of week) such as "30 2 * * MON-FRI", or one of ${[...MACROS].join(', ')}.`,
  );
}

/**
 * Reads a cron expression (five fields or a macro) for an IANA zone; `invalid_request` says what cannot be read.
 *
 * Daylight saving is taken literally: a local time that does not occur is skipped, one that occurs twice fires twice. For
 * that, time is cut where the zone's offset changes; within a piece the expression is matched as if in UTC, shifted by the
 * offset. When both day fields are restricted either may match, as cron always had it.
 */
export function parseCron(expression: string, timeZone: string): CronTicks {
  const cron = expression.trim().replace(/\s+/g, ' ');
  checkFields(cron);
  const offsetAt = offsetReader(timeZone);
  let pattern: Cron;
  try {
    pattern = new Cron(cron, { timezone: 'UTC', mode: '5-part', paused: true });
  } catch (cause) {
    throw invalid(
      `The cron expression ${JSON.stringify(cron)} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      cause,
    );
  }

  /** The first instant after `from`, up to `until`, at which the offset is another one; null if it stays. */
  const offsetChange = (from: number, until: number): number | null => {
    const before = offsetAt(from);
    for (let day = from; day < until; day += DAY_MS) {
      let high = Math.min(day + DAY_MS, until);
      if (offsetAt(high) === before) continue;
      let low = day;
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2);
        if (offsetAt(middle) === before) low = middle;
        else high = middle;
      }
      return high;
    }
    return null;
  };

  const next = (after: number): number | null => {
    // In each turn: the piece that begins at `start` (inclusive).
    let start = Math.floor(after) + 1;
    while (start <= after + HORIZON_MS) {
      const offset = offsetAt(start);
      const wall = pattern.nextRun(new Date(start + offset - 1))?.getTime();
      if (wall === undefined) return null;
      const tick = wall - offset;
      const change = offsetChange(start, Math.min(tick, after + HORIZON_MS));
      if (change === null) return tick <= after + HORIZON_MS ? tick : null;
      start = change;
    }
    return null;
  };

  return {
    next,
    latest: (from, until) => {
      // Looks back in growing steps, so that a minutely schedule that slept for a year is not walked through.
      for (const span of [3_600_000, DAY_MS, 40 * DAY_MS, 400 * DAY_MS, Number.POSITIVE_INFINITY]) {
        const since = Math.max(from, until - span);
        let last: number | null = null;
        for (let tick = next(since); tick !== null && tick <= until; tick = next(tick)) last = tick;
        if (last !== null || since === from) return last;
      }
      return null;
    },
  };
}

const MAX_PREVIEW = 1_000;

/** Epoch ms of the next `count` ticks after `after`. */
export function previewTicks(spec: { cron: string; timeZone: string }, after: number, count: number): number[] {
  if (!Number.isInteger(count) || count < 0 || count > MAX_PREVIEW)
    throw new RectoError('invalid_request', `At most ${MAX_PREVIEW} ticks are shown at once; ask for fewer.`);
  const { next } = parseCron(spec.cron, spec.timeZone);
  const found: number[] = [];
  for (let at = next(after); at !== null && found.length < count; at = next(at)) found.push(at);
  return found;
}
