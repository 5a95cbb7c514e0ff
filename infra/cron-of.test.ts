import { describe, expect, test } from 'vitest';
import { cronOf } from './cron-of.ts';

describe('a sweep becomes a cron job', () => {
  test.each([
    [1, '* * * * *', 55],
    [60, '*/1 * * * *', 0],
    [300, '*/5 * * * *', 0],
    [3600, '0 * * * *', 0],
  ])('every %d s', (seconds, cron, forSeconds) => {
    expect(cronOf(seconds)).toEqual({ cron, forSeconds });
  });

  test('unless cron has no word for it', () => {
    expect(() => cronOf(420)).toThrow('every 420 s');
    expect(() => cronOf(90)).toThrow('every 90 s');
  });
});
