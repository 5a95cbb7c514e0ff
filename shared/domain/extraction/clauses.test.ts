import { describe, expect, it } from 'vitest';
import { extract } from './extract.ts';
import { pageOf } from './page-of.fixture.ts';

const valuesOf = (lines: string[]) =>
  Object.fromEntries(extract([pageOf(lines)]).fields.map((field) => [field.name, field.value]));

const CONTRACT = ['CONSULTING AGREEMENT', 'Contract number: CA-2025-0093'];

describe('the parties of an agreement', () => {
  it.each([
    [
      'with what they are called in brackets',
      [
        'This agreement is made between Rowan Press Ltd, 7 Mill Lane, Leeds LS2 8PD ("the Client"),',
        'represented by Jo Barker, and Ines Vogt, 31 Quay Row, Bristol BS1 3AE ("the Consultant").',
      ],
      'Rowan Press Ltd',
      'Ines Vogt',
    ],
    [
      'with an "and" in the name of the first',
      [
        'This agreement is made by and between Barker and Sons, Inc. (hereinafter "Seller") and',
        'Ridge Foods LLC, a company of Delaware (hereinafter "Buyer"). The parties agree as follows.',
      ],
      'Barker and Sons, Inc.',
      'Ridge Foods LLC',
    ],
    [
      'numbered, on lines of their own',
      [
        'This agreement is made between:',
        '(1) Rowan Press Ltd, 7 Mill Lane, Leeds ("the Client"); and',
        '(2) Ines Vogt, 31 Quay Row, Bristol ("the Consultant").',
      ],
      'Rowan Press Ltd',
      'Ines Vogt',
    ],
    [
      'across the end of a line',
      ['This agreement is made on 1 May 2025 between Rowan', 'Press Ltd and Ines Vogt, the parties.'],
      'Rowan Press Ltd',
      'Ines Vogt',
    ],
    [
      'in German',
      [
        'Dieser Vertrag wird geschlossen zwischen der Uferhaus AG, Bahnhofstrasse 3, Basel („Vermieterin“),',
        'und Frau Lea Brunner, Gasse 9, Basel („Mieterin“).',
      ],
      'Uferhaus AG',
      'Lea Brunner',
    ],
  ])('are read from its first sentence %s', (_, sentence, first, second) => {
    expect(valuesOf([...CONTRACT, ...sentence])).toMatchObject({ party_a: first, party_b: second });
  });

  it('are not words of a sentence that names them', () => {
    const values = valuesOf([
      ...CONTRACT,
      'This agreement is binding upon signature.',
      'The Consultant will review the archive of the Client, write a schedule and train members of staff.',
      'The Client pays GBP 640.00 for each day of work and at most GBP 38,400.00 in all.',
      'The difference between Services and Goods is described in Annex A of this agreement.',
      'Signed for the Client: Priya Raman, Director, 24 September 2025',
    ]);
    expect(values).not.toHaveProperty('party_a');
    expect(values).not.toHaveProperty('party_b');
  });
});

describe('the law that governs an agreement', () => {
  it.each([
    [
      'This agreement is governed by the laws of England and Wales; the courts of London have jurisdiction.',
      'England and Wales',
    ],
    [
      'It is governed by and construed in accordance with the laws of the State of New York, without regard to conflicts.',
      'State of New York',
    ],
    ['Governing law: Switzerland', 'Switzerland'],
  ])('is read from %j', (sentence, law) => {
    expect(valuesOf([...CONTRACT, 'This agreement is made.', '8. Governing law', sentence])).toMatchObject({
      governing_law: law,
    });
  });
});

describe('clauses of a hostile document', () => {
  it.each([['between ('], ['between A and '], ['governed by the laws of X'], ['made between ("the '], ['("']])(
    'take a bounded time: %j over and over',
    (text) => {
      const lines = Array.from({ length: 700 }, () => text.repeat(Math.floor(990 / text.length)));
      const started = performance.now();
      valuesOf([...CONTRACT, 'This agreement is made. Governing law. The parties shall.', ...lines]);
      expect(performance.now() - started).toBeLessThan(5000);
    },
  );
});
