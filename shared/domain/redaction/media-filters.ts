import { joinSounds, type MediaRules, type RegionRule, type SoundRule } from './media.ts';

export const TONE_HERTZ = 1000;
/** Patches to a side that are left of a blurred region. */
const PATCHES = 4;

/**
 * A filter is turned on and off between blocks of samples, and a decoder's are as long as it likes (WAV's a tenth of a
 * second): they are cut to so many samples, 16 ms at the 8,000 a second of telephones, and covered so much earlier and later.
 */
const BLOCK_SAMPLES = 128;
const BLOCK_SECONDS = 0.03;
/** A picture stands until the next one comes: so much earlier and later its region is covered, one picture at the least rate. */
const PICTURE_SECONDS = 0.1;
/** Pictures a second that come out; what comes with fewer, or at any time it likes, gets as many. */
const RATES = { least: 10, most: 60, unknown: 30 };

/** Numbers alone ever come into a filter: nothing of a rule can end one and begin another. */
const number = (value: number): string => {
  if (!Number.isFinite(value)) throw new RangeError('a rule for a recording holds a number that is none');
  return String(Math.round(value * 1000) / 1000);
};
const during = ({ from, to }: { from: number; to: number }): string => `between(t,${number(from)},${number(to)})`;
const widened = ({ from, to }: { from: number; to: number }, by: number): string =>
  during({ from: Math.max(0, from - by), to: to + by });
/** Whether a time is in any stretch; they are not empty. */
const any = (rules: readonly SoundRule[]): string =>
  among(joinSounds(rules.map(({ from, to, how }) => ({ from: from - BLOCK_SECONDS, to: to + BLOCK_SECONDS, how }))));

/** As a search by halves: ffmpeg takes no sum of a hundred terms, and asks again for every block. In order and apart. */
function among(stretches: readonly SoundRule[]): string {
  const half = stretches.length >> 1;
  const [first, right] = [stretches[0], stretches[half]];
  if (first === undefined || right === undefined) return '0';
  if (half === 0) return widened(first, 0);
  return `if(lt(t,${number(right.from)}),${among(stretches.slice(0, half))},${among(stretches.slice(half))})`;
}

/** Streams of input 0 by index; of the picture its pictures a second, where they are known. */
export interface Streams {
  video: { index: number; rate: number | null } | null;
  audio: number | null;
}

/**
 * The filter graph of ffmpeg that applies the rules to input 0: what it gives is labelled `[v]` and `[a]`, as far as there
 * is a picture and sound. Both begin at 0 and have no gaps, so that a second of a rule is that second of what comes out.
 */
export function mediaFilters(rules: MediaRules, streams: Streams): string {
  const parts: string[] = [];
  if (streams.audio !== null) parts.push(...soundFilters(joinSounds(rules.sounds), streams.audio));
  if (streams.video !== null) parts.push(...pictureFilters(rules.regions, streams.video));
  return parts.join(';');
}

function soundFilters(sounds: readonly SoundRule[], stream: number): string[] {
  const even = `[0:${stream}]aresample=async=1:first_pts=0,asetnsamples=n=${BLOCK_SAMPLES}:p=0`;
  if (sounds.length === 0) return [`${even}[a]`];
  const tones = sounds.filter(({ how }) => how === 'bleep');
  const silent = `${even},volume=volume=0:enable='${any(sounds)}'`;
  if (tones.length === 0) return [`${silent}[a]`];
  return [
    `${silent}[quiet]`,
    `sine=frequency=${TONE_HERTZ}:samples_per_frame=${BLOCK_SAMPLES},volume=volume=0:enable='not(${any(tones)})'[tone]`,
    // As long as the recording, and neither made softer for the other.
    '[quiet][tone]amix=inputs=2:duration=first:normalize=0[a]',
  ];
}

function pictureFilters(
  regions: readonly RegionRule[],
  { index: stream, rate }: NonNullable<Streams['video']>,
): string[] {
  const known = rate ?? RATES.unknown;
  const fps = number(Math.min(RATES.most, Math.max(RATES.least, known)));
  const parts = [`[0:${stream}]fps=${fps}:start_time=0,pad=ceil(iw/2)*2:ceil(ih/2)*2,format=yuv420p[even]`];
  let last = 'even';
  for (const [index, region] of regions.entries()) {
    const [x, y, w, h] = evenly(region).map(number);
    const enable = `enable='${widened(region, PICTURE_SECONDS)}'`;
    if (region.how === 'box')
      parts.push(`[${last}]drawbox=${x}:${y}:${w}:${h}:color=black:t=fill:${enable}[v${index}]`);
    else
      parts.push(
        `[${last}]split[s${index}][c${index}]`,
        `[c${index}]crop=${w}:${h}:${x}:${y},scale=${PATCHES}:${PATCHES}:flags=area,scale=${w}:${h}:flags=neighbor[b${index}]`,
        `[s${index}][b${index}]overlay=${x}:${y}:${enable}[v${index}]`,
      );
    last = `v${index}`;
  }
  return [...parts, `[${last}]null[v]`];
}

/** Colours stand for two by two pixels: a region that begins or ends within such a square takes all of it. */
function evenly({ x, y, width, height }: RegionRule): [x: number, y: number, width: number, height: number] {
  const down = (value: number): number => value - (value % 2);
  const up = (value: number): number => value + (value % 2);
  return [down(x), down(y), up(x + width) - down(x), up(y + height) - down(y)];
}
