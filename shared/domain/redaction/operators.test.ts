import { expect, it } from 'vitest';
import { keysOf } from './operators/keys.fixture.ts';
import { applyOperator } from './operators.ts';

const keys = keysOf('acme');

it('replaces by the type or by the text given', async () => {
  expect(await applyOperator('Jo', 'PERSON', { operator: 'replace' }, keys)).toBe('<PERSON>');
  expect(await applyOperator('Jo', 'PERSON', { operator: 'replace', with: '[name]' }, keys)).toBe('[name]');
});

it('masks letters and digits, keeps separators and the last characters', async () => {
  const mask = { operator: 'mask', character: '#', keepLast: 4 } as const;
  expect(await applyOperator('4111-1111-1111-1111', 'CREDIT_CARD', mask, keys)).toBe('####-####-####-1111');
});

it('masks a short value whole rather than show most of it', async () => {
  const mask = { operator: 'mask', character: '*', keepLast: 4 } as const;
  expect(await applyOperator('12345', 'ID', mask, keys)).toBe('*****');
});

it('hashes two prints of one value alike', async () => {
  const [one, two] = await Promise.all(
    ['Jo Bloggs', 'JO  BLOGGS'].map((value) => applyOperator(value, 'PERSON', { operator: 'hash' }, keys)),
  );
  expect(one).toBe(two);
  expect(one).toMatch(/^<PERSON:[0-9a-f]{16}>$/);
});

it('removes, and keeps', async () => {
  expect(await applyOperator('Jo', 'PERSON', { operator: 'remove' }, keys)).toBe('');
  expect(await applyOperator('Jo', 'PERSON', { operator: 'keep' }, keys)).toBe('Jo');
});
