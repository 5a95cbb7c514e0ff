import { expect, it } from 'vitest';
import { applyOperator } from './operators.ts';

const hash = (value: string): Promise<string> =>
  Promise.resolve(`${Buffer.from(value).toString('hex')}0000000000000000`);

it('replaces by the type or by the text given', async () => {
  expect(await applyOperator('Jo', 'PERSON', { operator: 'replace' }, hash)).toBe('<PERSON>');
  expect(await applyOperator('Jo', 'PERSON', { operator: 'replace', with: '[name]' }, hash)).toBe('[name]');
});

it('masks letters and digits, keeps separators and the last characters', async () => {
  const mask = { operator: 'mask', character: '#', keepLast: 4 } as const;
  expect(await applyOperator('4111-1111-1111-1111', 'CREDIT_CARD', mask, hash)).toBe('####-####-####-1111');
});

it('masks a short value whole rather than show most of it', async () => {
  const mask = { operator: 'mask', character: '*', keepLast: 4 } as const;
  expect(await applyOperator('12345', 'ID', mask, hash)).toBe('*****');
});

it('hashes two prints of one value alike', async () => {
  const [one, two] = await Promise.all(
    ['Jo Bloggs', 'JO  BLOGGS'].map((value) => applyOperator(value, 'PERSON', { operator: 'hash' }, hash)),
  );
  expect(one).toBe(two);
  expect(one).toMatch(/^<PERSON:[0-9a-f]{16}>$/);
});

it('removes, and keeps', async () => {
  expect(await applyOperator('Jo', 'PERSON', { operator: 'remove' }, hash)).toBe('');
  expect(await applyOperator('Jo', 'PERSON', { operator: 'keep' }, hash)).toBe('Jo');
});
