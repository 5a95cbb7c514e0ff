import { expect, it } from 'vitest';
import { parseCron } from './cron.ts';

/** The next ticks after a UTC time, as UTC times without seconds. */
const ticks = (cron: string, zone: string, after: string, count: number): string[] => {
  const parsed = parseCron(cron, zone);
  const found: string[] = [];
  let at = Date.parse(`${after}:00Z`);
  for (let i = 0; i < count; i++) {
    const tick = parsed.next(at);
    if (tick === null) break;
    at = tick;
    found.push(new Date(tick).toISOString().slice(0, 16));
  }
  return found;
};

it.each([
  [
    'spring: 2:30 does not occur and is skipped',
    '30 2 * * *',
    'America/New_York',
    '2026-03-07T12:00',
    ['2026-03-09T06:30', '2026-03-10T06:30'],
  ],
  [
    'spring: the hour that is missing leaves no gap in an hourly schedule',
    '0 * * * *',
    'America/New_York',
    '2026-03-08T05:30',
    ['2026-03-08T06:00', '2026-03-08T07:00', '2026-03-08T08:00'],
  ],
  [
    'spring: 3:00 occurs, right at the change',
    '0 3 * * *',
    'America/New_York',
    '2026-03-07T12:00',
    ['2026-03-08T07:00', '2026-03-09T07:00'],
  ],
  [
    'autumn: 1:30 occurs twice and fires twice',
    '30 1 * * *',
    'America/New_York',
    '2026-10-31T12:00',
    ['2026-11-01T05:30', '2026-11-01T06:30', '2026-11-02T06:30'],
  ],
  [
    'autumn: 2:00 occurs once',
    '0 2 * * *',
    'America/New_York',
    '2026-10-31T12:00',
    ['2026-11-01T07:00', '2026-11-02T07:00'],
  ],
  [
    'autumn: every half hour goes through both hours in order',
    '*/30 * * * *',
    'America/New_York',
    '2026-11-01T04:59',
    ['2026-11-01T05:00', '2026-11-01T05:30', '2026-11-01T06:00', '2026-11-01T06:30', '2026-11-01T07:00'],
  ],
  ['Berlin in spring', '30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00', ['2026-03-30T00:30']],
  [
    'Berlin in autumn',
    '30 2 * * *',
    'Europe/Berlin',
    '2026-10-24T12:00',
    ['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-26T01:30'],
  ],
  [
    'a change of half an hour (Lord Howe) in spring',
    '15 2 * * *',
    'Australia/Lord_Howe',
    '2026-10-03T00:00',
    ['2026-10-04T15:15'],
  ],
  [
    'a change of half an hour (Lord Howe) in autumn',
    '45 1 * * *',
    'Australia/Lord_Howe',
    '2026-04-04T00:00',
    ['2026-04-04T14:45', '2026-04-04T15:15', '2026-04-05T15:15'],
  ],
  [
    'a change at midnight (Cairo): the day begins at 1:00',
    '0 0 * * *',
    'Africa/Cairo',
    '2026-04-22T12:00',
    ['2026-04-22T22:00', '2026-04-24T21:00'],
  ],
  [
    'a day that never was (Samoa, 30 December 2011)',
    '0 12 * * *',
    'Pacific/Apia',
    '2011-12-29T00:00',
    ['2011-12-29T22:00', '2011-12-30T22:00'],
  ],
  [
    'a tick on the other side of a change',
    '0 12 1 7 *',
    'Europe/Berlin',
    '2026-01-01T00:00',
    ['2026-07-01T10:00', '2027-07-01T10:00'],
  ],
  ['a leap day', '0 0 29 2 *', 'UTC', '2026-01-01T00:00', ['2028-02-29T00:00', '2032-02-29T00:00']],
  ['names and ranges', '0 9 * jan MON-FRI', 'UTC', '2026-01-02T09:00', ['2026-01-05T09:00']],
  [
    'either day field',
    '0 0 13 * FRI',
    'UTC',
    '2026-02-01T00:00',
    ['2026-02-06T00:00', '2026-02-13T00:00', '2026-02-20T00:00'],
  ],
  ['a macro', '@monthly', 'Asia/Kolkata', '2026-01-15T00:00', ['2026-01-31T18:30']],
  ['a day that never comes', '0 0 30 2 *', 'UTC', '2026-01-01T00:00', []],
])('%s', (_what, cron, zone, after, expected) => {
  expect(ticks(cron, zone, after, expected.length || 1)).toEqual(expected);
});

it('gives a tick only after the time asked, to the millisecond', () => {
  const hourly = parseCron('0 * * * *', 'UTC');
  const hour = Date.UTC(2026, 0, 1, 5);
  expect(hourly.next(hour - 1)).toBe(hour);
  expect(hourly.next(hour)).toBe(hour + 3_600_000);
});

it('finds the latest tick of a long absence without walking through all of it', () => {
  const now = Date.UTC(2026, 5, 1, 12, 0, 30);
  const longAgo = Date.UTC(2016, 0, 1);
  const started = performance.now();
  expect(parseCron('* * * * *', 'Europe/Berlin').latest(longAgo, now)).toBe(Date.UTC(2026, 5, 1, 12, 0));
  expect(parseCron('0 0 1 1 *', 'UTC').latest(longAgo, now)).toBe(Date.UTC(2026, 0, 1));
  expect(parseCron('0 0 29 2 *', 'UTC').latest(longAgo, now)).toBe(Date.UTC(2024, 1, 29));
  expect(parseCron('@hourly', 'UTC').latest(now - 10_000, now)).toBeNull();
  expect(performance.now() - started).toBeLessThan(2_000);
});

it.each([
  '',
  '* * * *',
  '* * * * * *',
  '60 * * * *',
  '0 0 L * *',
  '0 0 15W * *',
  '0 0 * * MON#1',
  '@reboot',
  '@every 5m',
  '? * * * *',
  'a b c d e',
  '2026-01-01T00:00:00',
  '*/0 * * * *',
  '0 0 32 * *',
  '5-1-2 * * * *',
])('refuses the expression %j', (cron) => {
  expect(() => parseCron(cron, 'UTC')).toThrow(expect.objectContaining({ code: 'invalid_request' }));
});

it.each(['', 'Mars/Olympus', 'Europe/berlin!', 'x'.repeat(1000)])('refuses the zone %j', (zone) => {
  expect(() => parseCron('@daily', zone)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
});
