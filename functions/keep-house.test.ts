import { expect, test } from 'vitest';
import { createEngineFixture } from '#tests/support/engine-fixture.ts';
import { createManualClock } from '#tests/support/manual-clock.ts';
import { keepHouse } from './keep-house.ts';

const log = () => createEngineFixture([]).platform.log;

test('a round that fails, at once or later, does not end the platform and is followed by the next', async () => {
  const clock = createManualClock();
  let rounds = 0;
  const house = keepHouse({
    clock,
    log: log(),
    tidy: () => {
      rounds += 1;
      if (rounds === 1) throw new Error('the disk is full');
      return Promise.reject(new Error('the disk is still full'));
    },
  });
  await clock.advance(300_000);
  await clock.advance(300_000);
  house.stop();
  await clock.advance(300_000);
  expect(rounds).toBe(3);
});

test('a long round is not overtaken by another', async () => {
  const clock = createManualClock();
  let under = 0;
  let most = 0;
  const house = keepHouse({
    clock,
    log: log(),
    tidy: async () => {
      under += 1;
      most = Math.max(most, under);
      await clock.sleep(1_000_000);
      under -= 1;
    },
  });
  for (let n = 0; n < 20; n++) await clock.advance(300_000);
  house.stop();
  expect(most).toBe(1);
});

test('orphans are looked for every six hours, not at the start', async () => {
  const clock = createManualClock();
  const looked: boolean[] = [];
  const house = keepHouse({
    clock,
    log: log(),
    tidy: async ({ orphans }) => void looked.push(orphans),
  });
  for (let n = 0; n < 80; n++) await clock.advance(300_000);
  house.stop();
  expect(looked.flatMap((orphans, round) => (orphans ? [round] : []))).toEqual([1, 73]);
});
