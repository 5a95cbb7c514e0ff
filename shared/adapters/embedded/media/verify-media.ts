import { RectoError } from '../../../domain/errors.ts';
import { joinSounds, type MediaRules, type RegionRule, type SoundRule } from '../../../domain/redaction/media.ts';
import { TONE_HERTZ } from '../../../domain/redaction/media-filters.ts';
import { readAs } from './media-tools.ts';
import { type MediaCall, pictureOf, probe, soundOf, tool } from './probe-media.ts';

/** What every MP4 says of itself. */
const OF_THE_FORMAT: Readonly<Record<string, RegExp>> = {
  major_brand: /^(isom|M4A )$/,
  minor_version: /^\d+$/,
  compatible_brands: /^[\w ]+$/,
  handler_name: /^(VideoHandler|SoundHandler)$/,
  vendor_id: /^(\[0\]\[0\]\[0\]\[0\]|FFMP)$/,
  language: /^und$/,
  encoder: /^Lav[cf][\d.]*( libx264| aac)?$/,
};
/** Loudest sample that counts as silence: coded sound rings a little. */
const SILENT_DB = -50;
/** What may be left beside the tone. */
const BESIDE_TONE_DB = -30;
/** Of what is measured, and how long the measuring filter takes to settle. */
const [SAMPLE_RATE, RINGS_SECONDS] = [8000, 0.1];
/** Cut off both ends of a stretch when it is measured: a coder's blocks reach over them. */
const INSET_SECONDS = 0.01;
/** Brightest pixel that counts as black, and mean step between neighbours that counts as blurred. */
const [BLACK, SMOOTH] = [48, 8];
/** Before the end of a region's time its last picture is looked at: every rate has one in that. */
const LAST_SECONDS = 0.1;

export interface Measured {
  seconds: number;
  size: { width: number; height: number } | null;
  checked: { stretches: number; pictures: number };
}

const failed = (why: string): RectoError =>
  new RectoError('redaction_unverified', `The redacted recording ${why}; it is not handed out.`, {
    details: { where: 'recording' },
  });

/**
 * Reads a redacted MP4 back: the streams it must have and no others, no tag but those of the format, silence, tones, black
 * and blur where the rules say. Errors: `redaction_unverified`, and those of `runTool`.
 */
export async function verifyMedia(
  call: MediaCall,
  file: string,
  rules: MediaRules,
  has: { picture: boolean; sound: boolean },
): Promise<Measured> {
  const after = await probe(call, file, 'mov');
  const wanted = [...(has.picture ? ['video'] : []), ...(has.sound ? ['audio'] : [])];
  if (after.streams.map((one) => one.codec_type).join() !== wanted.join() || after.chapters.length > 0)
    throw failed('has other streams or chapters than its picture and sound');
  for (const tags of [after.format.tags, ...after.streams.map((one) => one.tags)])
    for (const [name, value] of Object.entries(tags))
      if (OF_THE_FORMAT[name]?.test(value) !== true) throw failed(`has a tag ${name}`);
  const seconds = after.format.duration;
  if (seconds === null) throw failed('does not say how long it is');
  const stretches = joinSounds(rules.sounds).filter(({ from }) => from < seconds);
  const channels = soundOf(after)?.channels ?? 1;
  // It may end before the picture does.
  const heard = soundOf(after)?.duration ?? seconds;
  for (const how of ['mute', 'bleep'] as const)
    await listen(call, { file, channels, seconds: heard, how, stretches: stretches.filter((one) => one.how === how) });
  const picture = pictureOf(after);
  const size = picture === undefined ? null : { width: picture.width, height: picture.height };
  let pictures = 0;
  for (const region of rules.regions)
    pictures += await look(call, {
      file,
      region,
      size: size ?? { width: 0, height: 0 },
      seconds,
      ends: picture?.duration ?? seconds,
    });
  return { seconds, size, checked: { stretches: stretches.length, pictures } };
}

/** Every stretch, in one reading of the whole sound, each channel for itself; without the tone where one was put. */
async function listen(
  call: MediaCall,
  sound: { file: string; channels: number; seconds: number; how: SoundRule['how']; stretches: readonly SoundRule[] },
): Promise<void> {
  const { file, channels, seconds, how, stretches } = sound;
  if (stretches.length === 0) return;
  const tone = how === 'bleep';
  const notch = `bandreject=f=${TONE_HERTZ}:width_type=h:w=400,`.repeat(tone ? 3 : 0);
  // A notch rings when the sound before the stretch ends.
  const settle = INSET_SECONDS + (tone ? RINGS_SECONDS : 0);
  const spans = stretches.map((one) => ({
    begins: Math.ceil((one.from + settle) * SAMPLE_RATE) * channels,
    ends: Math.floor((Math.min(one.to, seconds) - INSET_SECONDS) * SAMPLE_RATE) * channels,
    at: one.from,
    peak: 0,
  }));
  let [next, sample] = [0, 0];
  let left: Buffer = Buffer.alloc(0);
  const take = (chunk: Buffer): void => {
    const bytes = left.length === 0 ? chunk : Buffer.concat([left, chunk]);
    const count = bytes.length >> 1;
    for (let span = spans[next]; span !== undefined; span = spans[next]) {
      const end = Math.min(span.ends - sample, count);
      for (let i = Math.max(0, span.begins - sample); i < end; i++)
        span.peak = Math.max(span.peak, Math.abs(bytes.readInt16LE(2 * i)));
      if (span.ends - sample > count) break;
      next++;
    }
    sample += count;
    left = bytes.subarray(2 * count);
  };
  await tool(
    call,
    'ffmpeg',
    [
      ...['-nostdin', '-loglevel', 'error', ...readAs('mov'), '-i', file, '-vn', '-map', '0:a:0'],
      ...['-af', `${notch}aresample=${SAMPLE_RATE}:async=1:first_pts=0`, '-ac', String(channels)],
      ...['-f', 's16le', '-c:a', 'pcm_s16le', 'pipe:1'],
    ],
    take,
  );
  const loudest = 32_768 * 10 ** ((tone ? BESIDE_TONE_DB : SILENT_DB) / 20);
  const heard = spans.find(({ peak }) => peak > loudest);
  if (heard !== undefined) throw failed(`can be heard at ${heard.at} s`);
  // What ends early was not listened to: a second is what the coder's last block and the head's rounding may cost.
  if (sample < (seconds - 1) * SAMPLE_RATE * channels) throw failed('gives less sound than it says it has');
}

/** The first, the middle and the last picture of a region's time; how many were looked at. */
async function look(
  call: MediaCall,
  seen: { file: string; region: RegionRule; size: { width: number; height: number }; seconds: number; ends: number },
): Promise<number> {
  const { file, region, size, seconds, ends } = seen;
  if (region.x + region.width > size.width || region.y + region.height > size.height)
    throw failed(`has ${size.width} x ${size.height} pixels, and a region lies outside of them`);
  if (region.from >= seconds) return 0;
  // A player holds the last picture while the sound goes on.
  if (region.from > ends) throw failed(`has no picture any more at ${region.from} s, where a region is to be covered`);
  const last = Math.max(0, Math.min(region.to, ends) - LAST_SECONDS);
  const first = Math.min(region.from, last);
  const moments = [...new Set([first, (first + last) / 2, last])];
  for (const moment of moments)
    if (await shows(call, file, region, moment)) throw failed(`shows a region at ${moment} s`);
  return moments.length;
}

/** Whether the region has more in it than a box or a blur leaves. */
async function shows(call: MediaCall, file: string, region: RegionRule, at: number): Promise<boolean> {
  const { x, y, width, height, how } = region;
  const pixels = await tool(call, 'ffmpeg', [
    ...['-nostdin', '-loglevel', 'error', ...readAs('mov'), '-ss', String(at), '-i', file],
    ...['-frames:v', '1', '-vf', `crop=${width}:${height}:${x}:${y}:exact=1,format=gray`],
    ...['-an', '-f', 'rawvideo', 'pipe:1'],
  ]);
  if (pixels.length !== width * height) return true;
  if (how === 'box') {
    const inset = Math.min(4, Math.floor(Math.min(width, height) / 4));
    for (let row = inset; row < height - inset; row++)
      for (let column = inset; column < width - inset; column++)
        if ((pixels[row * width + column] ?? 255) > BLACK) return true;
    return false;
  }
  let steps = 0;
  for (let i = 1; i < pixels.length; i++) steps += Math.abs((pixels[i] ?? 0) - (pixels[i - 1] ?? 0));
  return steps / pixels.length > SMOOTH;
}
