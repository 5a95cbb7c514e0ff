import { expect, it } from 'vitest';
import { ValueSet } from './value-set.ts';

it('a word that holds values within is one hit, however often it holds them', () => {
  const values = new ValueSet();
  values.add('4111 1111 1111 1111', 'CREDIT_CARD');
  values.add('1234567890', 'ACCOUNT');
  const word = `x${'41111111111111111234567890'.repeat(200)}y`;
  expect(values.find(`a ${word} b`)).toEqual([{ start: 2, end: 2 + word.length, type: 'CREDIT_CARD' }]);
  expect(values.find('a x411111111111111 b')).toEqual([]);
});
