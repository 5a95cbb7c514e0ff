import { expect, test } from 'vitest';
import { redriveAt } from './redrive.ts';

const passing = { class: 'transient', code: 'dependency_unavailable' } as const;

test('what passes by its nature is run again three times, with growing pauses', () => {
  const minutes = [0, 1, 2, 3].map((redrives) => redriveAt(passing, redrives, 0)).map((at) => at && at / 60_000);
  expect(minutes).toEqual([15, 120, 720, null]);
});

test.each([
  ['the document’s fault', { class: 'permanent', code: 'file_corrupt' }],
  ['what took its worker down', { class: 'poison', code: 'worker_crashed' }],
  ['what took too long each time', { class: 'transient', code: 'step_timeout' }],
] as const)('%s is left to a person', (_, error) => {
  expect(redriveAt(error, 0, 0)).toBeNull();
});
