import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinSounds, mediaRulesSchema, type SoundRule, spokenEntities } from './media.ts';
import { mediaFilters } from './media-filters.ts';

const sounds: fc.Arbitrary<SoundRule[]> = fc.array(
  fc.record({
    from: fc.double({ min: 0, max: 50, noNaN: true }),
    to: fc.double({ min: 0, max: 60, noNaN: true }),
    how: fc.constantFrom('mute' as const, 'bleep' as const),
  }),
  { maxLength: 12 },
);
const inside = (rules: readonly SoundRule[], at: number): boolean =>
  rules.some(({ from, to }) => from <= at && at < to);

describe('stretches of sound', () => {
  it('joined hold the same moments, in order and apart', () => {
    fc.assert(
      fc.property(sounds, fc.double({ min: 0, max: 60, noNaN: true }), (rules, at) => {
        const joined = joinSounds(rules);
        expect(inside(joined, at)).toBe(inside(rules, at));
        for (const [index, rule] of joined.entries()) expect(rule.from).toBeGreaterThan(joined[index - 1]?.to ?? -1);
      }),
    );
  });
});

describe('a transcript', () => {
  it('tells when what goes is said, with a margin, all of its words together', () => {
    const words = ['call', '555', '0100', 'at', 'nine'].map((text, at) => ({ text, from: at, to: at + 0.5 }));
    const find = (text: string) => {
      const start = text.indexOf('555 0100');
      return [{ type: 'PHONE_NUMBER', start, end: start + 8, score: 1, recognizer: 'test', why: 'test' }];
    };
    expect(spokenEntities(words, find, 'bleep')).toEqual([{ from: 0.85, to: 2.65, how: 'bleep' }]);
  });
});

describe('the filters', () => {
  it('cover each region for its time and leave streams out that are not there', () => {
    const rules = mediaRulesSchema.parse({
      sounds: [{ from: 1, to: 2, how: 'mute' }],
      regions: [{ from: 0, to: 3, x: 8, y: 16, width: 32, height: 24, how: 'box' }],
    });
    expect(mediaFilters(rules, { video: 1, audio: 0 })).toBe(
      "[0:0]volume=volume=0:enable='between(t,0.97,2.03)'[a];" +
        "[0:1]drawbox=8:16:32:24:color=black:t=fill:enable='between(t,0,3)'[v0];" +
        '[v0]pad=ceil(iw/2)*2:ceil(ih/2)*2,format=yuv420p[v]',
    );
    expect(mediaFilters(rules, { video: null, audio: 0 })).not.toContain('drawbox');
  });

  it('take numbers alone from a rule', () => {
    expect(mediaRulesSchema.safeParse({ sounds: [{ from: '0;movie=x', to: 1, how: 'mute' }] }).success).toBe(false);
    const endless: SoundRule = { from: 0, to: Number.POSITIVE_INFINITY, how: 'mute' };
    expect(() => mediaFilters({ sounds: [endless], regions: [] }, { video: null, audio: 0 })).toThrow(RangeError);
  });
});
