import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '#shared/adapters/embedded/logger.ts';
import { createScheduler } from '#shared/adapters/embedded/scheduler.ts';
import { createManualClock } from '#tests/support/manual-clock.ts';
import { createRecordedBus } from '#tests/support/recorded-bus.ts';
import { temporaryFolder } from '#tests/support/temporary-folder.ts';
import { hourly, schedulerContract } from './scheduler.ts';

const HOUR = 3_600_000;

const fixture = (topics = ['schedule-tick']) => {
  const clock = createManualClock(Date.UTC(2026, 0, 1));
  const { bus, published } = createRecordedBus(clock, topics);
  const file = path.join(temporaryFolder(), 'scheduler.db');
  const lines: string[] = [];
  const log = createLogger({ level: 'info', clock, write: (line) => void lines.push(line) });
  const open = () => {
    const scheduler = createScheduler({ file, bus, clock, log });
    let closed = false;
    const close = async (): Promise<void> => {
      if (closed) return;
      closed = true;
      await scheduler.stop();
      scheduler.close();
    };
    onTestFinished(close);
    return { scheduler, one: scheduler.forTenant('acme'), close };
  };
  return { clock, published, lines, open };
};

describe('the embedded scheduler', () => {
  schedulerContract(async () => {
    const { clock, published, open } = fixture();
    const { scheduler } = open();
    scheduler.start();
    return {
      one: scheduler.forTenant('acme'),
      other: scheduler.forTenant('globex'),
      now: clock.now,
      pass: clock.advance,
      published,
    };
  });

  it('publishes the latest tick only of those missed while it was down, once', async () => {
    const { clock, published, open } = fixture();
    const before = open();
    before.scheduler.start();
    await before.one.upsert(hourly);
    await before.close();
    await clock.advance(5 * HOUR + 10);
    const after = open();
    // What a platform does at start: it saves its schedules again.
    await after.one.upsert(hourly);
    after.scheduler.start();
    await clock.advance(0);
    expect(published().map(({ attributes }) => attributes.scheduledFor)).toEqual(['2026-01-01T05:00:00.000Z']);
    await after.close();
    open().scheduler.start();
    await clock.advance(0);
    expect(published()).toHaveLength(1);
    await clock.advance(HOUR);
    expect(published()).toHaveLength(2);
  });

  it('publishes nothing before it is started nor after it is stopped', async () => {
    const { clock, published, open } = fixture();
    const { scheduler, one } = open();
    await one.upsert(hourly);
    await clock.advance(2 * HOUR);
    expect(published()).toEqual([]);
    scheduler.start();
    await scheduler.stop();
    const count = published().length;
    await clock.advance(5 * HOUR);
    expect(published()).toHaveLength(count);
    expect(clock.pending()).toBe(0);
  });

  it('tries again when the bus refuses, while other schedules go on', async () => {
    const { clock, published, lines, open } = fixture();
    const { scheduler, one } = open();
    scheduler.start();
    await one.upsert({ ...hourly, id: 'broken', topic: 'no-such-topic' });
    await one.upsert(hourly);
    await clock.advance(HOUR);
    expect(published()).toMatchObject([{ attributes: { scheduleId: 'nightly' } }]);
    expect(lines.join()).toContain('no-such-topic');
    await one.upsert({ ...hourly, id: 'broken' });
    await clock.advance(10_000);
    expect(published()).toMatchObject([{}, { attributes: { tickId: 'broken:2026-01-01T01:00:00.000Z' } }]);
  });
});
