import { describe, expect, it } from 'vitest';
import { isPlausible } from './plausible.ts';

describe('what can be an address by its text', () => {
  it.each([
    '5 Sawmill Yard',
    'HR1 2NB',
    '83213',
    '83213-4417',
    '12 elm rd apt 4',
    '9a high street 14 2 30',
    'Unit 3 12 4 Ely',
  ])('%s can', (value) => {
    expect(isPlausible('ADDRESS', value, false)).toBe(true);
  });

  it.each(['200 45', '5 984', '10 l 8 can 72 576', '130 bdl 24.1 3133', '3 m 37 15', '1,168.00', '0170 1234567'])(
    'a row of numbers and units cannot: %s',
    (value) => {
      expect(isPlausible('ADDRESS', value, false)).toBe(false);
    },
  );
});
