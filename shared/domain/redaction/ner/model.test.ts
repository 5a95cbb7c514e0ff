import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanOf } from '../scan.ts';
import { factsOf, PAD } from './facts.ts';
import { FEATURES, featuresOf } from './features.ts';
import { decodeModel, encodeModel } from './file.ts';
import { beginOf, insideOf, isInside, LABELS, mayFollow, NER_TYPES } from './labels.ts';
import { BIT, coarseOf, fold, Lexicon, NO_ENTRIES, phraseKey, wordKey } from './lexicon.ts';
import { bestLabels, bitsOf, emissions, freshTransitions, LANES, rowOf } from './model.ts';
import { learnedNames } from './recognize.ts';
import { tokenize } from './tokenize.ts';

const MASK = 2 ** 12 - 1;
const PERSON = NER_TYPES.indexOf('PERSON');

/** A model that knows two things: `Joan` begins a person, `Miller` goes on. */
function tiny(): Uint8Array {
  const weights = new Float32Array((MASK + 1) * LABELS);
  const text = 'Joan Miller';
  const tokens = tokenize(text, 0, text.length);
  const facts = factsOf(text, tokens, new Lexicon(NO_ENTRIES));
  const buckets = new Int32Array(FEATURES);
  for (const [index, label] of [beginOf(PERSON), insideOf(PERSON)].entries()) {
    featuresOf(facts, index, MASK, buckets, 0);
    // The word itself is the first feature.
    weights[(buckets[0] ?? 0) * LABELS + label] = 3;
  }
  return encodeModel({
    version: 'test',
    keys: Int32Array.from([wordKey('joan')]),
    bits: Int32Array.from([BIT.GIVEN]),
    clusters: Int16Array.from([1024]),
    mask: MASK,
    weights,
    transitions: freshTransitions(),
    least: 0.1,
  });
}

describe('the model of names', () => {
  it('writes each feature where the table has room for it', () => {
    const text = 'Dear Joan';
    const tokens = tokenize(text, 0, text.length);
    const facts = factsOf(text, tokens, new Lexicon(NO_ENTRIES));
    const out = new Int32Array(FEATURES + 1).fill(-1);
    featuresOf(facts, 1, MASK, out, 0);
    expect(out.findIndex((bucket) => bucket < 0)).toBe(FEATURES);
    expect(out.every((bucket) => bucket <= MASK)).toBe(true);
  });

  it('finds what it learned, says how sure it is, and survives its file', () => {
    const [found, ...more] = learnedNames(decodeModel(tiny())).find(scanOf('Joan Miller', 'US'));
    expect(more).toEqual([]);
    expect(found).toMatchObject({ type: 'PERSON', start: 0, end: 11, why: 'learned model test' });
    expect(found?.score).toBeGreaterThan(0.9);
  });

  it('is refused where its bytes are something else or cut off', () => {
    expect(() => decodeModel(new TextEncoder().encode('hello\n'))).toThrow(RangeError);
    expect(() => decodeModel(tiny().slice(0, -3))).toThrow(RangeError);
  });

  it('never lets an inside follow another type, whatever the votes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: LABELS, maxLength: LABELS * 12 }),
        (votes) => {
          const count = Math.floor(votes.length / LABELS);
          const labels = bestLabels(Float32Array.from(votes), freshTransitions(), count, 0.5);
          expect(isInside(labels[0] ?? 0)).toBe(false);
          for (let i = 1; i < count; i++) expect(mayFollow(labels[i - 1] ?? 0, labels[i] ?? 0)).toBe(true);
        },
      ),
    );
  });

  it('finds the path of most votes, as trying all of them does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -5, max: 5, noNaN: true }), { minLength: LABELS * 2, maxLength: LABELS * 2 }),
        (votes) => {
          const scores = Float32Array.from(votes);
          const transitions = freshTransitions();
          const total = (a: number, b: number): number =>
            (scores[a] ?? 0) + (transitions[a * LABELS + b] ?? 0) + (scores[LABELS + b] ?? 0);
          let best = -1e9;
          for (let a = 0; a < LABELS; a++)
            if (!isInside(a)) for (let b = 0; b < LABELS; b++) best = Math.max(best, total(a, b));
          const [a = 0, b = 0] = bestLabels(scores, transitions, 2, 0);
          expect(total(a, b)).toBeCloseTo(best, 4);
        },
      ),
    );
  });

  it('knows phrases of its lists by their words, folded', () => {
    const lexicon = new Lexicon({
      keys: Int32Array.from([wordKey('sao'), phraseKey(wordKey('sao'), wordKey('paulo'))]),
      bits: Int32Array.from([BIT.GOES_ON, BIT.CITY]),
      clusters: new Int16Array(2),
    });
    const text = 'in São Paulo';
    const facts = factsOf(text, tokenize(text, 0, text.length), lexicon);
    expect((facts.bits[PAD + 1] ?? 0) & BIT.CITY).toBe(BIT.CITY);
    expect((facts.bits[PAD + 2] ?? 0) & BIT.CITY).toBe(BIT.CITY);
    expect((facts.bits[PAD] ?? 0) & BIT.CITY).toBe(0);
    expect(fold('Łódź É')).toBe('łodz e');
  });

  it('keeps the cluster of a word in its file: 64 coarse ones of 16', () => {
    const { lexicon } = decodeModel(tiny());
    expect(lexicon.clusterAt(lexicon.find(wordKey('joan')))).toBe(1024);
    expect(lexicon.clusterAt(lexicon.find(wordKey('miller')))).toBe(0);
    expect([0, 1, 16, 17, 1024].map(coarseOf)).toEqual([0, 1, 1, 2, 64]);
  });

  it('sees from afar whether an address goes on, and how much prose stands before', () => {
    const lexicon = new Lexicon({
      keys: Int32Array.from([wordKey('to'), wordKey('suite')]),
      bits: Int32Array.from([BIT.FUNCTION, BIT.STREET_WORD]),
      clusters: new Int16Array(2),
    });
    const text = 'Ship to Elm\nSuite 4\nBonn 53113\n\nElm';
    const { ahead, prose } = factsOf(text, tokenize(text, 0, text.length), lexicon);
    expect([...ahead.subarray(PAD + 2, PAD + 8)]).toEqual([15, 15, 14, 14, 10, 10]);
    expect([...prose.subarray(PAD, PAD + 3)]).toEqual([0, 0, 1]);
    expect(prose[PAD + 10]).toBe(0);
  });

  it('gives the votes of a text that repeats itself as if each place were the first', () => {
    const weights = Float32Array.from({ length: (MASK + 1) * LABELS }, (_, i) => ((i * 7919) % 401) / 200 - 1);
    const parts = { version: 'any', ...NO_ENTRIES, mask: MASK, weights, transitions: freshTransitions(), least: 0.1 };
    const model = decodeModel(encodeModel(parts));
    const text = 'Joan 12, Ann 7. Joan 12, Ann 7. Joan 12, Ann 7. Joan 12, Ann 7.';
    const tokens = tokenize(text, 0, text.length);
    const facts = factsOf(text, tokens, model.lexicon);
    const votes = emissions(model, facts, tokens.count);
    const buckets = new Int32Array(FEATURES);
    for (let i = 0; i < tokens.count; i++) {
      featuresOf(facts, i, MASK, buckets, 0);
      const rows = [...buckets].map((bucket) => rowOf(model, bucket)).filter((row) => row >= 0);
      const first = rows.reduce((sum, row) => sum + (((model.packed[row * LANES] ?? 0) << 16) >> 16), 0);
      expect(votes[i * LABELS]).toBeCloseTo(first * model.scale, 3);
    }
  });

  it('counts rows by the bits before them', () => {
    expect([0, 1, 0x80000000 | 0, 0xffffffff | 0, 0x55555555].map(bitsOf)).toEqual([0, 1, 1, 32, 16]);
    const model = { present: Int32Array.from([0x80000001 | 0, 2]), ranks: Int32Array.from([0, 2]) };
    expect([0, 1, 31, 32, 33].map((bucket) => rowOf(model, bucket))).toEqual([0, -1, 1, -1, 2]);
  });

  it('adds many votes without one running over into its neighbour', () => {
    const weights = new Float32Array((MASK + 1) * LABELS);
    for (let i = 0; i < weights.length; i++) weights[i] = i % 2 === 0 ? 3 : -3;
    const model = decodeModel(
      encodeModel({
        version: 'full',
        ...NO_ENTRIES,
        mask: MASK,
        weights,
        transitions: freshTransitions(),
        least: 0.1,
      }),
    );
    const text = 'word';
    const facts = factsOf(text, tokenize(text, 0, 4), model.lexicon);
    const buckets = new Int32Array(FEATURES);
    featuresOf(facts, 0, MASK, buckets, 0);
    const votes = emissions(model, facts, 1);
    for (let l = 0; l < LABELS; l++) {
      let sum = 0;
      for (const bucket of buckets) sum += weights[bucket * LABELS + l] ?? 0;
      expect(votes[l]).toBeCloseTo(sum, 3);
    }
  });
});
