import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinSounds, mediaRulesSchema, type SoundRule, transcriptSchema, whenSaid } from './media.ts';
import { mediaFilters } from './media-filters.ts';
import { buildPageText } from './page-text.ts';
import { entityBoxes } from './redact-page.ts';
import { placeSayings, transcriptPage } from './transcript.ts';

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
  const words = ['call', '555', '0100', 'at', 'nine'].map((text, at) => ({ text, from: at, to: at + 0.5 }));

  it('is redacted as the text that its words make', () => {
    const { text } = buildPageText(transcriptPage(words));
    expect(text).toBe('call 555 0100 at nine');
    for (const { word, start, end } of placeSayings(words)) expect(text.slice(start, end)).toBe(word.text);
  });

  it('tells when what goes is said, with a margin, all of its words together', () => {
    const start = 'call '.length;
    expect(whenSaid(placeSayings(words), { start, end: start + 8 })).toEqual({ from: 0.85, to: 2.65 });
    expect(whenSaid(placeSayings(words), { start: 4, end: 5 })).toBeNull();
  });

  it('of as many values as it may have words is not looked through once for each', () => {
    const many = Array.from({ length: 50_000 }, (_, at) => ({ text: `a${at}@b.co`, from: at, to: at + 0.5 }));
    const page = transcriptPage(many);
    const placed = buildPageText(page);
    const places = placeSayings(many);
    const from = performance.now();
    const found = placed.words.filter(
      (word) => whenSaid(places, word) !== null && entityBoxes(page, placed, word).length === 1,
    );
    expect(found).toHaveLength(many.length);
    // Some hundredths of a second; half a minute where each looks at all words.
    expect(performance.now() - from).toBeLessThan(5000);
  });

  it('has its words in their order, each with a time that goes forwards', () => {
    expect(transcriptSchema.safeParse({ words }).success).toBe(true);
    expect(transcriptSchema.safeParse({ words: words.toReversed() }).success).toBe(false);
    expect(transcriptSchema.safeParse({ words: [{ text: 'x', from: 2, to: 1 }] }).success).toBe(false);
    expect(transcriptSchema.safeParse({ words: [{ text: ' ', from: 0, to: 1 }] }).success).toBe(false);
  });
});

describe('the filters', () => {
  it('cover each region for its time and leave streams out that are not there', () => {
    const rules = mediaRulesSchema.parse({
      sounds: [{ from: 1, to: 2, how: 'mute' }],
      regions: [{ from: 0, to: 3, x: 8, y: 16, width: 32, height: 24, how: 'box' }],
    });
    expect(mediaFilters(rules, { video: { index: 1, rate: 25 }, audio: 0 })).toBe(
      "[0:0]aresample=async=1:first_pts=0,asetnsamples=n=128:p=0,volume=volume=0:enable='between(t,0.97,2.03)'[a];" +
        '[0:1]fps=25:start_time=0,pad=ceil(iw/2)*2:ceil(ih/2)*2,format=yuv420p[even];' +
        "[even]drawbox=8:16:32:24:color=black:t=fill:enable='between(t,0,3.1)'[v0];[v0]null[v]",
    );
    expect(mediaFilters(rules, { video: null, audio: 0 })).not.toContain('drawbox');
  });

  it('of a thousand stretches are an argument that a system takes, and a search by halves', () => {
    const sounds = Array.from({ length: 1000 }, (_, at) => ({
      from: at * 80 + 0.123,
      to: at * 80 + 1.456,
      how: 'bleep' as const,
    }));
    const graph = mediaFilters({ sounds, regions: [] }, { video: null, audio: 0 });
    expect(graph.length).toBeLessThan(128 * 1024);
    expect(Math.max(...[...graph.matchAll(/\)+/g)].map(([closed]) => closed.length))).toBeLessThan(20);
  });

  it('take whole squares of colour, and a rate of pictures within bounds', () => {
    const odd = { from: 1, to: 2, x: 9, y: 15, width: 32, height: 24, how: 'blur' } as const;
    const graph = (rate: number | null) =>
      mediaFilters({ sounds: [], regions: [odd] }, { video: { index: 0, rate }, audio: null });
    expect(graph(1)).toContain('crop=34:26:8:14');
    expect([graph(0.5), graph(90_000), graph(null)].map((text) => /fps=([\d.]+)/.exec(text)?.[1])).toEqual([
      '10',
      '60',
      '30',
    ]);
  });

  it('take numbers alone from a rule', () => {
    expect(mediaRulesSchema.safeParse({ sounds: [{ from: '0;movie=x', to: 1, how: 'mute' }] }).success).toBe(false);
    const endless: SoundRule = { from: 0, to: Number.POSITIVE_INFINITY, how: 'mute' };
    expect(() => mediaFilters({ sounds: [endless], regions: [] }, { video: null, audio: 0 })).toThrow(RangeError);
  });
});
