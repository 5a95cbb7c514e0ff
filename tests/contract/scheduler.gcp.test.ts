import { expect, it } from 'vitest';
import { createLogger } from '#shared/adapters/embedded/logger.ts';
import { createDocumentStore } from '#shared/adapters/gcp/document-store.ts';
import { createScheduler } from '#shared/adapters/gcp/scheduler.ts';
import { describeWith, emulatedFirestore } from '../support/cloud-services.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { createRecordedBus } from '../support/recorded-bus.ts';
import { hourly, schedulerContract } from './scheduler.ts';

const HOUR = 3_600_000;

function setUp() {
  const clock = createManualClock(Date.UTC(2026, 0, 1));
  const { bus, published } = createRecordedBus(clock, ['schedule-tick']);
  const store = createDocumentStore({ firestore: emulatedFirestore(), clock, collections: [] }).system();
  const lines: string[] = [];
  const log = createLogger({ level: 'info', clock, write: (line) => void lines.push(line) });
  const scheduler = createScheduler({ store, bus, clock, log });
  const pass = async (ms: number) => {
    await clock.advance(ms);
    await scheduler.publishDue();
  };
  return { clock, published, lines, scheduler, pass, one: scheduler.forTenant('acme') };
}

describeWith(['firestore'], 'schedules in Firestore', () => {
  schedulerContract(async () => {
    const { clock, published, scheduler, pass, one } = setUp();
    return { one, other: scheduler.forTenant('globex'), now: clock.now, pass, published };
  });

  it('publishes the latest tick only of those missed, once', async () => {
    const { published, pass, one } = setUp();
    await one.upsert(hourly);
    await pass(5 * HOUR + 10);
    await pass(0);
    expect(published().map(({ attributes }) => attributes.scheduledFor)).toEqual(['2026-01-01T05:00:00.000Z']);
  });

  it('tries again with the next call what the bus refused, while other schedules go on', async () => {
    const { published, lines, pass, one } = setUp();
    await one.upsert({ ...hourly, id: 'broken', topic: 'no-such-topic' });
    await one.upsert(hourly);
    await pass(HOUR);
    expect(published()).toMatchObject([{ attributes: { scheduleId: 'nightly' } }]);
    expect(lines.join()).toContain('no-such-topic');
    await one.upsert({ ...hourly, id: 'broken' });
    await pass(60_000);
    expect(published()).toMatchObject([{}, { attributes: { tickId: 'broken:2026-01-01T01:00:00.000Z' } }]);
  });
});
