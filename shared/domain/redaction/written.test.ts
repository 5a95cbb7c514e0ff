import { describe, expect, it } from 'vitest';
import type { Box, Word } from '../page.ts';
import { isWritten } from './written.ts';

const word = (text: string, box: Box = [100, 100, 200, 120]): Word => ({ text, confidence: 1, box });

describe('what was seen in a picture is written in the text layer', () => {
  it.each([
    ['the same', 'Quennell', [word('Quennell')]],
    ['misread', 'Qnennel', [word('Quennell')]],
    ['in two words', 'Edgar(or', [word('Edgar', [100, 100, 150, 120]), word('(or', [160, 100, 200, 120])]],
    ['a part of a word', 'nell', [word('Quennell', [40, 100, 200, 120])]],
    ['read from the other end', 'םולש', [word('שלום')]],
    ['nothing but a mark', '—', [word('-')]],
  ])('when it is %s', (_, seen, layer) => {
    expect(isWritten(word(seen), layer)).toBe(true);
  });

  it.each([
    ['somewhere else', 'Quennell', [word('Quennell', [300, 100, 400, 120])]],
    ['under another name, however large', 'Quennell', [word('a', [0, 0, 1000, 1000])]],
    ['with other digits', '536-90-4399', [word('536-90-4398')]],
    ['with a digit for a letter', 'Quenne11', [word('Quennell')]],
    ['as another word', 'Quennell', [word('harbour')]],
  ])('not when it stands there %s', (_, seen, layer) => {
    expect(isWritten(word(seen), layer)).toBe(false);
  });
});
