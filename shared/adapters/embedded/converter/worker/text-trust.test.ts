import { describe, expect, it } from 'vitest';
import { gibberishShare, isSuspect, type LayerStats, trustsLayer } from './text-trust.ts';

const words = (text: string) =>
  text.split(' ').map((word) => ({ text: word, confidence: 1, box: [0, 0, 1, 1] as [number, number, number, number] }));
const prose = words(
  'the quick brown foxes jumped over lazy dogs while seven more watched them from behind hedges nearby',
);
const stats: LayerStats = { chars: 900, suspect: 0, invisible: 0, misplaced: 0, objects: 30, imageCover: 0 };

describe('a text layer', () => {
  it('is trusted when it is plain text of a page', () => expect(trustsLayer(stats, prose)).toBe(true));
  it('is trusted over a background picture', () => expect(trustsLayer({ ...stats, imageCover: 1 }, prose)).toBe(true));
  it('is trusted, though empty, where nothing is painted', () =>
    expect(trustsLayer({ ...stats, chars: 0, objects: 0 }, [])).toBe(true));
  it.each([
    ['there is none', { chars: 0 }],
    ['many characters mean nothing', { suspect: 200 }],
    ['it lies unseen over a scan', { imageCover: 0.95, invisible: 880 }],
    ['all of it is unseen', { invisible: 900 }],
    ['a picture fills a page with hardly any text', { imageCover: 0.9, chars: 40 }],
    ['its glyphs have no place', { misplaced: 500 }],
  ])('is not trusted when %s', (_, over) => expect(trustsLayer({ ...stats, ...over }, prose)).toBe(false));

  it('is not trusted when its words are none', () => {
    const noise = words('xkcd qwrt TeSTiNg bcdf zzzz ghjk lmnp qrst vwxz bbbb fghj klmn');
    expect(gibberishShare(noise)).toBeGreaterThan(0.5);
    expect(trustsLayer(stats, noise)).toBe(false);
    expect(gibberishShare(prose)).toBe(0);
  });

  it('suspects replacement, private and control characters', () => {
    expect([0xfffd, 0xe001, 0x03].every(isSuspect)).toBe(true);
    expect([0x41, 0x4e2d, 0x1f600].some(isSuspect)).toBe(false);
  });
});
