import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RectoError } from '../../domain/errors.ts';
import { DEFAULT_POLICY } from '../../domain/redaction/default-policy.ts';
import { findEntities } from '../../domain/redaction/find.ts';
import type { EntityRecognizer } from '../../ports/entity-recognizer.ts';
import type { Logger } from '../../ports/logger.ts';
import { loadLearnedNames } from './learned-model.ts';
import { createRecognizers } from './recognizers.ts';

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, with: () => silent };
const engine = (recognize: EntityRecognizer['recognize']): EntityRecognizer => ({
  name: 'other',
  types: ['PERSON'],
  languages: [],
  recognize,
  ready: async () => undefined,
});
const hit = { type: 'PERSON', start: 0, end: 7, score: 0.9, recognizer: 'other', why: 'told' };
const down = engine(async () => {
  throw new RectoError('dependency_unavailable', 'down');
});

describe('recognizers', () => {
  it('find names, places and organizations that no pattern knows, each with its cause', async () => {
    const recognizers = await createRecognizers({ load: [loadLearnedNames], log: silent }).local();
    const text = 'Priya Raghunathan moved from Pune to Lagos to work for Zenith Holdings LLC.';
    const found = findEntities(text, DEFAULT_POLICY, { recognizers });
    expect(found.map(({ type, start, end }) => `${type} ${text.slice(start, end)}`)).toEqual([
      'PERSON Priya Raghunathan',
      'LOCATION Pune',
      'LOCATION Lagos',
      'ORGANIZATION Zenith Holdings LLC',
    ]);
    expect(found[0]).toMatchObject({ recognizer: 'learned-names', why: expect.stringMatching(/^learned model/) });
  });

  it.each([
    'just met tyrone washington at the mall omg',
    'HAPPY BIRTHDAY TO MY WIFE KRISTEN!!!',
    'Name: Ottoline Quennell',
    'rt @nytimes: serena williams wins again http://t.co/abc',
  ])('find a person however it is written: %s', async (text) => {
    const recognizers = await createRecognizers({ load: [loadLearnedNames], log: silent }).local();
    expect(findEntities(text, DEFAULT_POLICY, { recognizers }).map(({ type }) => type)).toContain('PERSON');
  });

  it.each(['ab.', 'A.', 'Aa ', 'John ', 'a@', "A'", '\n', '1 ', 'é'])(
    'with the model stay in bounds for 100 kB of %j',
    async (seed) => {
      const recognizers = await createRecognizers({ load: [loadLearnedNames], log: silent }).local();
      const text = seed.repeat(Math.ceil(100_000 / seed.length)).slice(0, 100_000);
      let least = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 3; i++) {
        const before = process.cpuUsage();
        findEntities(text, DEFAULT_POLICY, { recognizers });
        least = Math.min(least, process.cpuUsage(before).user / 1000);
      }
      // The goal is 100 ms; the rest is room for a machine that does other things as well.
      expect(least).toBeLessThan(400);
    },
  );

  it('give entities in order, without overlaps, inside the text, with the model as well', async () => {
    const recognizers = await createRecognizers({ load: [loadLearnedNames], log: silent }).local();
    const pieces = fc.constantFrom(
      'Mr. John Smith',
      'Pune',
      '\u200b',
      '\n\n',
      '12 Oak St',
      '😀',
      'é',
      'GmbH',
      ', ',
      'said ',
      'x',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'grapheme' })), { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        let at = 0;
        for (const entity of findEntities(text, DEFAULT_POLICY, { recognizers })) {
          expect(entity.start).toBeGreaterThanOrEqual(at);
          expect(entity.end).toBeGreaterThan(entity.start);
          at = entity.end;
        }
        expect(at).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 200 },
    );
  });

  it('are an error where the model is missing, and are there once it is back', async () => {
    let file = '/nowhere/names.model.gz';
    const recognizers = createRecognizers({ load: [() => loadLearnedNames(file)], log: silent });
    await expect(recognizers.local()).rejects.toMatchObject({ code: 'recognizer_unavailable' });
    file = import.meta.filename;
    await expect(recognizers.local()).rejects.toMatchObject({ code: 'recognizer_unavailable' });
  });

  it('ask engines once for each text and merge what all of them find', async () => {
    const asked: string[] = [];
    const one = engine(async ({ texts }) => {
      asked.push(...texts);
      return texts.map((text) => (text === '' ? [] : [hit]));
    });
    const { ask } = createRecognizers({ load: [], engines: [{ engine: one, required: true }], log: silent });
    const findings = await ask({ texts: ['Quennel', 'Quennel', ''] });
    expect(asked).toEqual(['Quennel', '']);
    expect(findEntities('Quennel', DEFAULT_POLICY, { findings })).toEqual([hit]);
    expect(findEntities('Quennel', { ...DEFAULT_POLICY, allow: ['quennel'] }, { findings })).toEqual([]);
  });

  it('fail where a required engine does not answer or leaves a text out, and go on without another', async () => {
    const short = engine(async () => []);
    const all = (one: EntityRecognizer, required: boolean) =>
      createRecognizers({ load: [], engines: [{ engine: one, required }], log: silent }).ask({ texts: ['a'] });
    await expect(all(down, true)).rejects.toMatchObject({ code: 'dependency_unavailable' });
    await expect(all(short, true)).rejects.toMatchObject({ code: 'recognizer_unavailable' });
    expect((await all(down, false)).get('a')).toEqual([]);
  });
});
