import { expect, test, vi } from 'vitest';
import { createManualClock } from '#tests/support/manual-clock.ts';
import { createDispatchAfter } from './dispatch-after.ts';

const warnings: string[] = [];
const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message: string) => void warnings.push(message),
  error: () => undefined,
  with: () => log,
};

test('dispatches before the answer when something changed, else not', async () => {
  const dispatch = vi.fn(async () => 1);
  const after = createDispatchAfter({ dispatch, clock: createManualClock(), log });
  await after.settle();
  expect(dispatch).not.toHaveBeenCalled();
  after.kick();
  await after.settle();
  await after.settle();
  expect(dispatch).toHaveBeenCalledTimes(1);
});

test('goes on for a few rounds while there is more, and leaves the rest to the sweep', async () => {
  const dispatch = vi.fn(async () => {
    after.kick();
    return 1;
  });
  const after = createDispatchAfter({ dispatch, clock: createManualClock(), log });
  after.kick();
  await after.settle();
  expect(dispatch).toHaveBeenCalledTimes(5);
});

test('holds no answer back for a dispatch that fails or hangs', async () => {
  const clock = createManualClock();
  const failing = createDispatchAfter({ dispatch: () => Promise.reject(new Error('down')), clock, log });
  failing.kick();
  await failing.settle();
  expect(warnings).toEqual(['work could not be dispatched; the next sweep does']);
  const hanging = createDispatchAfter({ dispatch: () => new Promise(() => undefined), clock, log });
  hanging.kick();
  const settled = hanging.settle();
  await clock.advance(5000);
  await settled;
});
