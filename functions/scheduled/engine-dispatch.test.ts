import { expect, test, vi } from 'vitest';
import { createEngineFixture } from '#tests/support/engine-fixture.ts';
import { chainOf, done, runOf, singleStep } from '#tests/support/test-steps.ts';
import { dispatchFor } from './engine-dispatch.ts';

const MINUTE = { everySeconds: 1, forSeconds: 55 };

function setUp() {
  const fixture = createEngineFixture([singleStep('convert', () => done('x'))]);
  const dispatch = vi.fn(() => fixture.engine.dispatch());
  const call = (times = MINUTE) => dispatchFor(fixture.platform, { dispatch }, times);
  return { ...fixture, dispatch, call };
}

test('one pass is all when nothing waits', async () => {
  const { dispatch, call } = setUp();
  await call();
  expect(dispatch).toHaveBeenCalledTimes(1);
});

test('passes follow each other while there is work, and end with it', async () => {
  const { clock, dispatch, call, engine, taken } = setUp();
  await engine.startRun('acme', runOf(chainOf('convert')));
  const called = call();
  await vi.waitFor(() => expect(clock.pending()).toBeGreaterThan(0));
  await clock.advance(1000);
  await vi.waitFor(() => expect(dispatch).toHaveBeenCalledTimes(2));
  for (const message of taken()) await engine.handleMessage(message);
  await vi.waitFor(() => expect(clock.pending()).toBeGreaterThan(0));
  await clock.advance(1000);
  await called;
  expect(dispatch.mock.calls.length).toBeLessThanOrEqual(3);
});

test('a pass that fails is the caller’s when it is the first, else the next one follows', async () => {
  const { clock, dispatch, call, engine } = setUp();
  await engine.startRun('acme', runOf(chainOf('convert')));
  dispatch.mockRejectedValueOnce(new Error('down'));
  await expect(call()).rejects.toThrow('down');
  dispatch.mockResolvedValueOnce(1).mockRejectedValueOnce(new Error('down'));
  const called = call({ everySeconds: 1, forSeconds: 2 });
  for (let second = 0; second < 2; second++) {
    await vi.waitFor(() => expect(clock.pending()).toBeGreaterThan(0));
    await clock.advance(1000);
  }
  await called;
  expect(dispatch).toHaveBeenCalledTimes(4);
});
