import { describe, expect, it } from 'vitest';
import { applyToText } from './apply-to-text.ts';
import type { Entity } from './entity.ts';

const entity = (text: string, value: string): Entity => {
  const start = text.indexOf(value);
  return { type: 'X', start, end: start + value.length, score: 1, recognizer: 'test', why: 'said so' };
};

describe('what is found in what has come out', () => {
  it('goes whole where two finds reach into the same that was written', async () => {
    const text = 'left amelia right';
    const policy = { default: { operator: 'replace', with: 'MIDDLE' }, entities: {} } as const;
    const made = await applyToText(text, [entity(text, 'amelia')], {
      policy,
      keys: { mac: () => Promise.resolve(new Uint8Array(32)), version: 1 },
      findAgain: (out) => (out === 'left MIDDLE right' ? [entity(out, 'left MID'), entity(out, 'DLE right')] : []),
    });
    expect(made).toBe('MIDDLEMIDDLE');
  });
});
