import { joinSounds, type MediaRules, type RegionRule, type SoundRule } from './media.ts';

export const TONE_HERTZ = 1000;
/** Patches to a side that are left of a blurred region. */
const PATCHES = 4;

/** A filter is turned on and off between blocks of samples, about 23 ms: so much earlier and later it is for safety. */
const BLOCK_SECONDS = 0.03;

/** Numbers alone ever come into a filter: nothing of a rule can end one and begin another. */
const number = (value: number): string => {
  if (!Number.isFinite(value)) throw new RangeError('a rule for a recording holds a number that is none');
  return String(Math.round(value * 1000) / 1000);
};
const during = ({ from, to }: { from: number; to: number }): string => `between(t,${number(from)},${number(to)})`;
const any = (rules: readonly SoundRule[]): string =>
  rules.map(({ from, to }) => during({ from: Math.max(0, from - BLOCK_SECONDS), to: to + BLOCK_SECONDS })).join('+');

/**
 * The filter graph of ffmpeg that applies the rules to input 0: what it gives is labelled `[v]` and `[a]`, as far as there
 * is a picture and sound (each by the index of its stream). Null streams are left out.
 */
export function mediaFilters(rules: MediaRules, streams: { video: number | null; audio: number | null }): string {
  const parts: string[] = [];
  if (streams.audio !== null) parts.push(...soundFilters(joinSounds(rules.sounds), streams.audio));
  if (streams.video !== null) parts.push(...pictureFilters(rules.regions, streams.video));
  return parts.join(';');
}

function soundFilters(sounds: readonly SoundRule[], stream: number): string[] {
  if (sounds.length === 0) return [`[0:${stream}]anull[a]`];
  const tones = sounds.filter(({ how }) => how === 'bleep');
  const silent = `[0:${stream}]volume=volume=0:enable='${any(sounds)}'`;
  if (tones.length === 0) return [`${silent}[a]`];
  return [
    `${silent}[quiet]`,
    `sine=frequency=${TONE_HERTZ},volume=volume=0:enable='not(${any(tones)})'[tone]`,
    // As long as the recording, and neither made softer for the other.
    '[quiet][tone]amix=inputs=2:duration=first:normalize=0[a]',
  ];
}

function pictureFilters(regions: readonly RegionRule[], stream: number): string[] {
  const parts: string[] = [];
  let last = `0:${stream}`;
  for (const [index, region] of regions.entries()) {
    const [x, y, w, h] = [region.x, region.y, region.width, region.height].map(number);
    const enable = `enable='${during(region)}'`;
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
  return [...parts, `[${last}]pad=ceil(iw/2)*2:ceil(ih/2)*2,format=yuv420p[v]`];
}
