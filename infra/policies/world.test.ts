import { expect, test } from 'vitest';
import { anchorsOf } from './world.ts';

test('anchors are those that GitHub makes', () => {
  expect([...anchorsOf('# The API fails\n\n### OCR is down\n## `a` & b\n')]).toEqual([
    'the-api-fails',
    'ocr-is-down',
    'a--b',
  ]);
});
