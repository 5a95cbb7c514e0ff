import { describe, expect, it } from 'vitest';
import { PeopleWords } from './people-words.ts';

const people = new PeopleWords(['ottoline', 'quennell', 'müller', 'ann', 'lee', 'passport']);
const found = (text: string): string[] => people.find(text).map(({ start, end }) => text.slice(start, end));

describe('words of names in file names', () => {
  it.each([
    ...['oquennell', 'quennells', 'mrsquennell', 'quennellottoline', 'QUENNELLOTTOLINE', 'Quénnell'],
    ...['Mueller', 'Muller', 'Mu\u0308ller', 'hmueller', 'annlee', 'Lee'],
  ])('are told in %s', (name) => {
    expect(found(`scan 1 ${name} x`)).toEqual([name]);
  });

  it.each(['annual', 'sleeves', 'passport', 'passports', 'müll', 'el'])('are not told in %s', (name) => {
    expect(found(`scan 1 ${name} x`)).toEqual([]);
  });
});
