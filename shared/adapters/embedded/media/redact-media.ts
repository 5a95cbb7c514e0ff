import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { RectoError } from '../../../domain/errors.ts';
import type { RecordingType } from '../../../domain/recording-types.ts';
import { joinSounds, type MediaRules } from '../../../domain/redaction/media.ts';
import { mediaFilters } from '../../../domain/redaction/media-filters.ts';
import type { RedactedMedia } from '../../../ports/media-redactor.ts';
import { readAs } from './media-tools.ts';
import { type MediaCall, type Probed, pictureOf, probe, soundOf, tool } from './probe-media.ts';
import { type Measured, verifyMedia } from './verify-media.ts';

export interface MediaLimits {
  /** Of the recording. */
  maxSeconds: number;
  maxPixels: number;
  maxOutputBytes: number;
  /** Of all runs of the tools for one recording together. */
  timeoutMs: number;
}

export interface MediaTask {
  /** In `dir`, under a name of ours. */
  file: string;
  container: RecordingType['container'];
  rules: MediaRules;
  standing: MediaRules;
  lastsAtLeast: number;
  dir: string;
  limits: MediaLimits;
  signal?: AbortSignal | undefined;
}

/** What a result may be shorter than what the original said of itself: the last block of a coder. */
const SLACK_SECONDS = 1;
/** An index is written after the last sample. */
const INDEX_BYTES = 16 * 1024 * 1024;
/** All of them stand in one argument, and a system takes no longer one than 128 KiB. */
const MOST_STRETCHES = 1000;
/** More are mixed down to two: few players, and not every coder, have places for them. */
const MOST_CHANNELS = 2;

/**
 * A recording redacted by the rules into an MP4 in `dir`, and read back: nothing but one picture and one sound track, no
 * metadata, chapters, subtitles, covers or data; silence, tones, black and blur where they have to be. Errors: those of
 * the port `MediaRedactor`.
 */
export async function redactMedia(task: MediaTask): Promise<Omit<RedactedMedia, 'media'> & { out: string }> {
  const { limits, container } = task;
  const call: MediaCall = {
    dir: task.dir,
    deadline: performance.now() + limits.timeoutMs,
    maxOutputBytes: limits.maxOutputBytes + INDEX_BYTES,
    signal: task.signal,
  };
  const probed = await probe(call, task.file, container);
  checkLimits(probed, limits);
  const [picture, sound] = [pictureOf(probed), soundOf(probed)];
  if (picture === undefined && sound === undefined)
    throw new RectoError('file_corrupt', 'The recording has neither a picture nor sound that can be read.');
  const has = { picture: picture !== undefined, sound: sound !== undefined };
  if (probed.format.duration !== null) applicable(task, { ...has, seconds: probed.format.duration });
  const all: MediaRules = {
    sounds: has.sound ? [...task.rules.sounds, ...task.standing.sounds] : [],
    regions: has.picture ? [...task.rules.regions, ...task.standing.regions] : [],
  };
  if (joinSounds(all.sounds).length > MOST_STRETCHES)
    throw new RectoError(
      'limit_exceeded',
      `More than ${MOST_STRETCHES} stretches of sound are to go; cut the recording into parts.`,
    );
  const graph = mediaFilters(all, {
    video: picture === undefined ? null : { index: picture.index, rate: picture.avg_frame_rate },
    audio: sound?.index ?? null,
  });
  const channels = Math.min(MOST_CHANNELS, sound?.channels ?? MOST_CHANNELS);
  const out = path.join(task.dir, 'redacted.mp4');
  await tool(call, 'ffmpeg', [
    ...['-nostdin', '-hide_banner', '-loglevel', 'error', '-n', ...readAs(container), '-i', task.file],
    ...['-filter_complex', graph],
    ...(has.picture ? ['-map', '[v]', '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20'] : []),
    ...(has.sound ? ['-map', '[a]', '-c:a', 'aac', '-b:a', '128k', '-ac', String(Math.max(1, channels))] : []),
    ...['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn', '-fflags', '+bitexact'],
    ...['-flags:v', '+bitexact', '-flags:a', '+bitexact', '-threads', '1', '-fs', String(limits.maxOutputBytes)],
    ...['-t', String(limits.maxSeconds + 2 * SLACK_SECONDS), '-movflags', '+faststart', '-f', 'mp4', out],
  ]);
  try {
    const made = await verifyMedia(call, out, all, has);
    await checkWhole(probed, made, out, task);
    const { seconds, size, checked } = made;
    applicable(task, { ...has, seconds });
    return {
      out,
      mediaType: has.picture ? 'video/mp4' : 'audio/mp4',
      seconds,
      picture: size,
      sound: has.sound,
      checked,
    };
  } catch (error) {
    await rm(out, { force: true });
    throw error;
  }
}

function checkLimits(probed: Probed, limits: MediaLimits): void {
  const duration = probed.format.duration ?? 0;
  const pixels = probed.streams.reduce((most, { width, height }) => Math.max(most, width * height), 0);
  if (duration <= limits.maxSeconds && pixels <= limits.maxPixels) return;
  throw new RectoError(
    'limit_exceeded',
    `The recording has ${Math.round(duration)} seconds of ${pixels} pixels; at most ${limits.maxSeconds} and ${limits.maxPixels} are taken. Cut it, or make its picture smaller.`,
    { details: { maxSeconds: limits.maxSeconds, maxPixels: limits.maxPixels } },
  );
}

/** A rule that would do nothing was meant for another recording, or is in another unit: better told than kept silent about. */
function applicable(
  { rules, lastsAtLeast }: MediaTask,
  has: { picture: boolean; sound: boolean; seconds: number },
): void {
  const refuse = (what: string): RectoError => new RectoError('invalid_request', what);
  if (rules.regions.length > 0 && !has.picture)
    throw refuse('The recording has no picture, and a rule speaks of a part of it.');
  if (rules.sounds.length > 0 && !has.sound) throw refuse('The recording has no sound, and a rule speaks of it.');
  const latest = [...rules.sounds, ...rules.regions].reduce((most, { from }) => Math.max(most, from), 0);
  const lasts = Math.round(has.seconds * 10) / 10;
  if (latest > 0 && latest >= has.seconds + SLACK_SECONDS)
    throw refuse(`A rule begins at ${latest} s, and the recording has ${lasts} s. Times are seconds from its start.`);
  if (lastsAtLeast > has.seconds + SLACK_SECONDS)
    throw refuse(
      `The transcript goes on until ${lastsAtLeast} s, and the recording has ${lasts} s. Is it of this recording, and in seconds?`,
    );
}

/** What was cut off in the middle is not handed out as the whole. */
async function checkWhole(before: Probed, { seconds }: Measured, out: string, task: MediaTask): Promise<void> {
  const { maxSeconds, maxOutputBytes } = task.limits;
  if (seconds > maxSeconds + SLACK_SECONDS)
    throw new RectoError(
      'limit_exceeded',
      `The recording has more than the ${maxSeconds} seconds that are taken. Cut it.`,
    );
  // Of MP3 without a head the length is a guess.
  const claimed = task.container === 'mp3' ? 0 : (before.format.duration ?? 0);
  if (seconds >= claimed - SLACK_SECONDS) return;
  if ((await stat(out)).size > 0.95 * maxOutputBytes)
    throw new RectoError(
      'limit_exceeded',
      `The redacted recording would have more than ${maxOutputBytes} bytes. Cut the recording, or make its picture smaller.`,
    );
  throw new RectoError(
    'file_truncated',
    `The recording says that it has ${Math.round(claimed)} s, and ends after ${Math.round(seconds)} s; it was probably cut off. Send the whole file again.`,
  );
}
