import { expect, test } from 'vitest';
import { createEngineFixture } from '#tests/support/engine-fixture.ts';
import { chainOf, done, runOf, singleStep } from '#tests/support/test-steps.ts';
import { runs } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { StepResult } from './step.ts';

/** Two processes on a store whose disk can be full: one that works and one that dispatches, as the platform has them. */
async function twoProcesses() {
  const attempts: { finish: (result: StepResult) => void }[] = [];
  const step = singleStep('held', () => new Promise<StepResult>((finish) => attempts.push({ finish })), {
    timeoutMs: 3_600_000,
  });
  const fixture = createEngineFixture([step]);
  const disk = { full: false };
  const onDisk = (store: DocumentStore): DocumentStore => ({
    ...store,
    transaction: (fn) =>
      disk.full ? Promise.reject(new RectoError('storage_full', 'The disk is full.')) : store.transaction(fn),
  });
  const { forTenant, system } = fixture.platform;
  fixture.platform.forTenant = (tenantId) => {
    const ports = forTenant(tenantId);
    return { ...ports, store: onDisk(ports.store) };
  };
  Object.assign(fixture.platform, { system: { ...system, store: onDisk(system.store) } });
  const front = fixture.another();
  const { id } = await front.startRun('acme', runOf(chainOf('held')));
  await front.dispatch();
  const [message] = fixture.taken();
  if (message === undefined) throw new Error('nothing was published');
  const handled = fixture.engine.handleMessage(message);
  await fixture.clock.advance(0);
  const seconds = async (count: number) => {
    for (let n = 0; n < count; n++) {
      // As the background does, which tries again after a failure.
      await front.dispatch().catch(() => undefined);
      await fixture.clock.advance(1000);
    }
  };
  const held = async () => (await fixture.platform.forTenant('acme').store.get(runs, { id }))?.data.steps.held ?? null;
  return { fixture, front, attempts, handled, disk, seconds, held };
}

test('what was at work while the disk was full for long is neither taken for dead nor done again', async () => {
  const { attempts, handled, disk, seconds, held } = await twoProcesses();
  disk.full = true;
  await seconds(120);
  disk.full = false;
  await seconds(120);
  attempts[0]?.finish(done('kept'));
  await handled;
  expect(attempts).toHaveLength(1);
  expect(await held()).toMatchObject({ status: 'succeeded', output: 'kept', attempt: 1 });
});

test('what ended while the disk was full is recorded once there is room', async () => {
  const { attempts, handled, disk, seconds, held } = await twoProcesses();
  disk.full = true;
  attempts[0]?.finish(done('kept'));
  await seconds(120);
  disk.full = false;
  await seconds(20);
  await handled;
  expect(attempts).toHaveLength(1);
  expect(await held()).toMatchObject({ status: 'succeeded', output: 'kept', attempt: 1 });
});
