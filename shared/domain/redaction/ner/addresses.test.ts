import { describe, expect, it } from 'vitest';
import type { Entity } from '../entity.ts';
import { wholeAddresses } from './addresses.ts';

/** `<A street>` is part of an address, `<L town>` a place, `<P name>` a person; the text is what is left without the marks. */
function read(marked: string): { text: string; entities: Entity[] } {
  const types: Readonly<Record<string, string>> = { A: 'ADDRESS', L: 'LOCATION', P: 'PERSON' };
  let text = '';
  const entities: Entity[] = [];
  for (const part of marked.split(/(<[ALP] [^>]*>)/)) {
    const mark = /^<([ALP]) ([^>]*)>$/.exec(part);
    const value = mark?.[2] ?? part;
    if (mark !== null)
      entities.push({
        type: types[mark[1] ?? ''] ?? '',
        start: text.length,
        end: text.length + value.length,
        score: 0.9,
        recognizer: 'test',
        why: 'test',
      });
    text += value;
  }
  return { text, entities };
}

const whole = (marked: string): string[] => {
  const { text, entities } = read(marked);
  return wholeAddresses(text, entities).map(({ type, start, end }) => `${type} ${text.slice(start, end)}`);
};

describe('parts of an address', () => {
  it.each([
    [
      'Please send it to <A 12 Elm Street>, <L Springfield>, <A IL 62701> today.',
      'ADDRESS 12 Elm Street, Springfield, IL 62701',
    ],
    [
      'my new address is <A 9 Weg 4>\n <A Apt. 2>\n <L Bonn>\n <L Germany> <A 53113>',
      'ADDRESS 9 Weg 4\n Apt. 2\n Bonn\n Germany 53113',
    ],
    ['We met at <A the corner of Elm Street> and <A Oak Street>.', 'ADDRESS the corner of Elm Street and Oak Street'],
  ])('are one in a sentence: %j', (marked, expected) => {
    expect(whole(marked)).toEqual([expected]);
  });

  it('stay apart in a block of lines, each in its own', () => {
    expect(whole('<P Ann Lee>\n<A 9 Elm Road>\n<L Bonn>\n<L Germany> <A 53113>')).toHaveLength(5);
    expect(whole('<P Ann Lee>\n<A 9 Elm Road\n Apt. 2>\n<L Bonn> <A 53113>').slice(1, 3)).toEqual([
      'ADDRESS 9 Elm Road',
      'ADDRESS Apt. 2',
    ]);
  });

  it('are one where they are a house number and its street, in a block too', () => {
    expect(whole('<P Ann Lee>\n<A 31> <A Castle Row>\n<L Bonn>')[1]).toBe('ADDRESS 31 Castle Row');
    expect(whole('<P Ann Lee>\n<A 31> <A Weg 4>\n<L Bonn>')).toHaveLength(4);
  });

  it('are one as the value of a field', () => {
    expect(whole('Name: <P Ann Lee>\nAddress: <A 9 Weg 4>\n <L Bonn>\n <L Germany> <A 53113>')[1]).toBe(
      'ADDRESS 9 Weg 4\n Bonn\n Germany 53113',
    );
  });

  it('begin with the words for a corner, and end before the telephone number below', () => {
    expect(whole('Wait at the corner of <A Elm Street> and <A Oak Street>.')).toEqual([
      'ADDRESS the corner of Elm Street and Oak Street',
    ]);
    expect(whole('Write to <A 9 Weg 4\nBonn 53113\n0228 55 01>')).toEqual(['ADDRESS 9 Weg 4\nBonn 53113']);
  });

  it('stay apart where it is a street and its town alone, and where something else stands between', () => {
    expect(whole('She lives at <A 9 Elm Road>, <L Bonn>.')).toHaveLength(2);
    expect(whole('He went from <A 9 Elm Street> by car to <L Bonn>, <L Germany>.')).toHaveLength(3);
    expect(whole('They live in <L Bonn>, <L Germany>.')).toHaveLength(2);
  });

  it('are a number and a street that has its own, unless more of the address follows in the sentence', () => {
    expect(whole('She lives at <A 9 Weg 4>, <L Bonn>.')).toEqual(['ADDRESS 9', 'ADDRESS Weg 4', 'LOCATION Bonn']);
    expect(whole('He lives at <A 9> <A Weg 4>.')).toEqual(['ADDRESS 9', 'ADDRESS Weg 4']);
    expect(whole('<P Ann Lee>\n<A 9 114 Elm Road>\n<L Bonn>').slice(1, 3)).toEqual([
      'ADDRESS 9',
      'ADDRESS 114 Elm Road',
    ]);
    for (const one of ['9 Elm Road', '9 Elm Road Apt. 4', '12 Highway 50', '9 Elm Road 53113'])
      expect(whole(`She lives at <A ${one}>.`)).toEqual([`ADDRESS ${one}`]);
  });

  it('are its lines where they begin with a unit in a block, the post code by itself', () => {
    expect(whole('Ann Lee\n\n<A 52> <A Weg 149>\n <A Suite 947\n Bonn\n New Land 87051>')).toEqual([
      'ADDRESS 52',
      'ADDRESS Weg 149',
      'ADDRESS Suite 947',
      'ADDRESS Bonn',
      'ADDRESS New Land',
      'ADDRESS 87051',
    ]);
    expect(whole('Please send it to <A Suite 947\n Bonn\n New Land 87051> today.')).toHaveLength(1);
  });

  it('are as sure as the surest of them', () => {
    const text = 'Ann Lee\n14 Elm Road 83\nBonn';
    const at = (value: string, type: string, score: number): Entity => {
      const start = text.indexOf(value);
      return { type, start, end: start + value.length, score, recognizer: 'test', why: 'test' };
    };
    const found = wholeAddresses(text, [
      at('Ann Lee', 'PERSON', 0.6),
      at('14', 'ADDRESS', 0.3),
      at('Elm Road 83', 'ADDRESS', 0.95),
      at('Bonn', 'LOCATION', 0.7),
    ]);
    expect(found.map(({ score }) => score)).toEqual([0.6, 0.95, 0.95, 0.7]);
  });
});
