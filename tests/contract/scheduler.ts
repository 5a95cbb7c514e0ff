import { expect, it } from 'vitest';
import type { Scheduler, ScheduleSpec } from '#shared/ports/scheduler.ts';
import type { RecordedMessage } from '#tests/support/recorded-bus.ts';

export interface SchedulerFixture {
  one: Scheduler;
  other: Scheduler;
  /** Epoch ms; the fixture stands at 2026-01-01T00:00:00Z. */
  now(): number;
  pass(ms: number): Promise<void>;
  published(): RecordedMessage[];
}

const HOUR = 3_600_000;
export const hourly: ScheduleSpec = {
  id: 'nightly',
  cron: '0 * * * *',
  timeZone: 'UTC',
  topic: 'schedule-tick',
  data: '{"a":1}',
  attributes: { kind: 'test' },
};
const timesOf = (messages: RecordedMessage[]): (string | undefined)[] =>
  messages.map(({ attributes }) => attributes.scheduledFor);

export function schedulerContract(setup: () => Promise<SchedulerFixture>): void {
  it('publishes each tick to its topic with its data and attributes', async () => {
    const { one, pass, published } = await setup();
    await one.upsert(hourly);
    await pass(HOUR - 1);
    expect(published()).toEqual([]);
    await pass(1);
    expect(published()).toEqual([
      {
        topic: 'schedule-tick',
        data: '{"a":1}',
        attributes: {
          kind: 'test',
          tenantId: 'acme',
          scheduleId: 'nightly',
          scheduledFor: '2026-01-01T01:00:00.000Z',
          tickId: 'nightly:2026-01-01T01:00:00.000Z',
        },
      },
    ]);
    await pass(HOUR);
    await pass(HOUR);
    expect(timesOf(published()).slice(1)).toEqual(['2026-01-01T02:00:00.000Z', '2026-01-01T03:00:00.000Z']);
  });

  it('replaces a schedule of the same id', async () => {
    const { one, pass, published } = await setup();
    await one.upsert(hourly);
    await one.upsert({ ...hourly, cron: '30 * * * *', data: 'new' });
    await pass(HOUR);
    expect(published()).toMatchObject([{ data: 'new', attributes: { scheduledFor: '2026-01-01T00:30:00.000Z' } }]);
  });

  it('keeps a schedule’s place in time when it is saved again unchanged', async () => {
    const { one, pass, published } = await setup();
    for (let quarter = 0; quarter < 8; quarter++) {
      await one.upsert(hourly);
      await pass(HOUR / 4);
    }
    expect(timesOf(published())).toEqual(['2026-01-01T01:00:00.000Z', '2026-01-01T02:00:00.000Z']);
  });

  it('removes a schedule, telling whether there was one', async () => {
    const { one, pass, published } = await setup();
    await one.upsert(hourly);
    expect(await one.remove('nightly')).toBe(true);
    expect(await one.remove('nightly')).toBe(false);
    await pass(3 * HOUR);
    expect(published()).toEqual([]);
  });

  it('keeps tenants’ schedules of one id apart', async () => {
    const { one, other, pass, published } = await setup();
    await one.upsert(hourly);
    expect(await other.remove('nightly')).toBe(false);
    await other.upsert({ ...hourly, data: 'theirs' });
    expect(await other.remove('nightly')).toBe(true);
    await pass(HOUR);
    expect(published()).toMatchObject([{ data: '{"a":1}', attributes: { tenantId: 'acme' } }]);
  });

  it('does not let attributes of a schedule pass for another tenant or time', async () => {
    const { one, pass, published } = await setup();
    await one.upsert({ ...hourly, attributes: { tenantId: 'globex', scheduledFor: 'never' } });
    await pass(HOUR);
    expect(published()).toMatchObject([{ attributes: { tenantId: 'acme', scheduledFor: '2026-01-01T01:00:00.000Z' } }]);
  });

  it('refuses a cron expression or zone that cannot be read', async () => {
    const { one } = await setup();
    const refused = expect.objectContaining({ code: 'invalid_request' });
    await expect(one.upsert({ ...hourly, cron: 'every day' })).rejects.toEqual(refused);
    await expect(one.upsert({ ...hourly, timeZone: 'Nowhere' })).rejects.toEqual(refused);
    expect(() => one.preview({ cron: '* * * *', timeZone: 'UTC' }, 0, 1)).toThrow(refused);
  });

  it('previews ticks over a daylight-saving change, literally', async () => {
    const { one } = await setup();
    const at = (cron: string, after: string, count: number): string[] =>
      one
        .preview({ cron, timeZone: 'America/New_York' }, Date.parse(after), count)
        .map((tick) => new Date(tick).toISOString());
    expect(at('30 2 * * *', '2026-03-07T12:00Z', 1)).toEqual(['2026-03-09T06:30:00.000Z']);
    expect(at('30 1 * * *', '2026-10-31T12:00Z', 2)).toEqual(['2026-11-01T05:30:00.000Z', '2026-11-01T06:30:00.000Z']);
    expect(at('30 1 * * *', '2026-10-31T12:00Z', 0)).toEqual([]);
  });
}
