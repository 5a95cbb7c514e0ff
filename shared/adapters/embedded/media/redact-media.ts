import { rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { RectoError } from '../../../domain/errors.ts';
import { joinSounds, type MediaRules, type RegionRule } from '../../../domain/redaction/media.ts';
import { mediaFilters, TONE_HERTZ } from '../../../domain/redaction/media-filters.ts';
import { ONLY_FILES, runTool } from './media-tools.ts';

export interface MediaLimits {
  /** Of the recording. */
  maxSeconds: number;
  maxPixels: number;
  maxOutputBytes: number;
  /** Of each of the tools' runs. */
  timeoutMs: number;
}

const probeSchema = z.object({
  format: z.object({ duration: z.coerce.number(), tags: z.record(z.string(), z.string()).default({}) }),
  chapters: z.array(z.unknown()).default([]),
  streams: z.array(
    z.object({
      index: z.number().int(),
      codec_type: z.string().default('unknown'),
      width: z.number().default(0),
      height: z.number().default(0),
      disposition: z.object({ attached_pic: z.number().default(0) }).default({ attached_pic: 0 }),
      tags: z.record(z.string(), z.string()).default({}),
    }),
  ),
});
type Probed = z.infer<typeof probeSchema>;

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

/**
 * A recording redacted by the rules into an MP4 in `dir`, and read back: nothing but one picture and one sound track, no
 * metadata, chapters, subtitles, covers or data; silence, tones, black and blur where they have to be. The path.
 * Errors: those of `runTool`, `limit_exceeded`, `invalid_request` for a region where there is no picture, `redaction_unverified`.
 */
export async function redactMedia(params: {
  /** In `dir`, under a name of ours. */
  file: string;
  rules: MediaRules;
  dir: string;
  limits: MediaLimits;
  signal?: AbortSignal | undefined;
}): Promise<string> {
  const { rules, limits } = params;
  const probed = await probe(params.file, params);
  const picture = probed.streams.find((one) => one.codec_type === 'video' && one.disposition.attached_pic === 0);
  const sound = probed.streams.find((one) => one.codec_type === 'audio');
  check(probed, picture, rules, limits);
  const streams = { video: picture?.index ?? null, audio: sound?.index ?? null };
  const out = path.join(params.dir, 'redacted.mp4');
  await tool(params, 'ffmpeg', [
    ...['-nostdin', '-hide_banner', '-loglevel', 'error', '-n', ...ONLY_FILES, '-i', params.file],
    ...['-filter_complex', mediaFilters(rules, streams)],
    ...(picture === undefined ? [] : ['-map', '[v]', '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20']),
    ...(sound === undefined ? [] : ['-map', '[a]', '-c:a', 'aac', '-b:a', '128k']),
    ...['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn', '-fflags', '+bitexact'],
    ...['-flags:v', '+bitexact', '-flags:a', '+bitexact', '-threads', '1', '-fs', String(limits.maxOutputBytes)],
    ...['-t', String(limits.maxSeconds), '-f', 'mp4', out],
  ]);
  try {
    await verify({ ...params, file: out }, probed, { picture: picture !== undefined, sound: sound !== undefined });
  } catch (error) {
    await rm(out, { force: true });
    throw error;
  }
  return out;
}

type Task = Parameters<typeof redactMedia>[0];

const tool = ({ dir, limits, signal }: Task, program: 'ffmpeg' | 'ffprobe', args: readonly string[]): Promise<Buffer> =>
  runTool({ program, args, dir, timeoutMs: limits.timeoutMs, maxOutputBytes: limits.maxOutputBytes, signal });

async function probe(file: string, task: Task): Promise<Probed> {
  const shown = ['-show_format', '-show_streams', '-show_chapters', '-of', 'json'];
  const said = await tool(task, 'ffprobe', ['-v', 'error', ...ONLY_FILES, ...shown, file]);
  return probeSchema.parse(JSON.parse(said.toString('utf8')));
}

function check(probed: Probed, picture: Probed['streams'][number] | undefined, rules: MediaRules, limits: MediaLimits) {
  const { duration } = probed.format;
  const pixels = (picture?.width ?? 0) * (picture?.height ?? 0);
  if (duration > limits.maxSeconds || pixels > limits.maxPixels)
    throw new RectoError(
      'limit_exceeded',
      `The recording has ${Math.round(duration)} seconds of ${pixels} pixels; at most ${limits.maxSeconds} and ${limits.maxPixels} are taken.`,
    );
  if (rules.regions.length > 0 && picture === undefined)
    throw new RectoError('invalid_request', 'The recording has no picture, and a rule speaks of a part of it.');
}

const failed = (why: string): RectoError =>
  new RectoError('redaction_unverified', `The redacted recording ${why}; it is not handed out.`, {
    details: { where: 'recording' },
  });

async function verify(task: Task, before: Probed, has: { picture: boolean; sound: boolean }): Promise<void> {
  const after = await probe(task.file, task);
  const wanted = [...(has.picture ? ['video'] : []), ...(has.sound ? ['audio'] : [])];
  if (after.streams.map((one) => one.codec_type).join() !== wanted.join() || after.chapters.length > 0)
    throw failed('has other streams or chapters than its picture and sound');
  for (const tags of [after.format.tags, ...after.streams.map((one) => one.tags)])
    for (const [name, value] of Object.entries(tags))
      if (OF_THE_FORMAT[name]?.test(value) !== true) throw failed(`has a tag ${name}`);
  if (after.format.duration < before.format.duration - 1) throw failed('is shorter than the original');
  const { duration } = after.format;
  if (has.sound)
    for (const { from, to, how } of joinSounds(task.rules.sounds)) {
      const [start, end] = [from + INSET_SECONDS, Math.min(to, duration) - INSET_SECONDS];
      if (end <= start) continue;
      const loudest = await loudness(task, start, end, how === 'bleep');
      if (loudest > (how === 'bleep' ? BESIDE_TONE_DB : SILENT_DB)) throw failed(`can be heard at ${from} s`);
    }
  const [{ width, height } = { width: 0, height: 0 }] = after.streams;
  for (const region of task.rules.regions) {
    if (region.x + region.width > width || region.y + region.height > height)
      throw failed(`has ${width} x ${height} pixels, and a region lies outside of them`);
    const middle = (region.from + Math.min(region.to, duration)) / 2;
    if (region.from < duration && (await shows(task, region, middle))) throw failed(`shows a region at ${middle} s`);
  }
}

/** Of the loudest sample, in decibels of the full scale; without the tone where one was put. */
async function loudness(task: Task, from: number, to: number, tone: boolean): Promise<number> {
  const notch = `bandreject=f=${TONE_HERTZ}:width_type=h:w=400,`.repeat(tone ? 3 : 0);
  const samples = await tool(task, 'ffmpeg', [
    ...['-nostdin', '-loglevel', 'error', ...ONLY_FILES, '-i', task.file],
    ...['-af', `atrim=${from}:${to},${notch}aresample=${SAMPLE_RATE}`],
    ...['-vn', '-ac', '1', '-f', 's16le', '-c:a', 'pcm_s16le', 'pipe:1'],
  ]);
  // A notch rings when it starts.
  const start = tone ? Math.round(SAMPLE_RATE * RINGS_SECONDS) * 2 : 0;
  let peak = 0;
  for (let at = start; at + 1 < samples.length; at += 2) peak = Math.max(peak, Math.abs(samples.readInt16LE(at)));
  return 20 * Math.log10(Math.max(peak, 0.1) / 32_768);
}

/** Whether the region has more in it than a box or a blur leaves. */
async function shows(task: Task, { x, y, width, height, how }: RegionRule, at: number): Promise<boolean> {
  const pixels = await tool(task, 'ffmpeg', [
    ...['-nostdin', '-loglevel', 'error', ...ONLY_FILES, '-ss', String(at), '-i', task.file],
    ...['-frames:v', '1', '-vf', `crop=${width}:${height}:${x}:${y},format=gray`],
    ...['-an', '-f', 'rawvideo', 'pipe:1'],
  ]);
  if (pixels.length === 0) return true;
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
