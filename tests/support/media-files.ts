import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { MediaLimits } from '#shared/adapters/embedded/media/redact-media.ts';

/**
 * Tests of recordings need ffmpeg, which `node scripts/setup.mjs --tests` installs; without it they fail. RECTO_NO_MEDIA=1
 * leaves them out, unless nothing may be skipped.
 */
export const MEDIA_LEFT_OUT = process.env.RECTO_NO_MEDIA === '1' && process.env.REQUIRE_SERVICES !== '1';

export const MEDIA_LIMITS: MediaLimits = {
  maxSeconds: 60,
  maxPixels: 4_000_000,
  maxOutputBytes: 50_000_000,
  timeoutMs: 60_000,
};

/** What stands in the metadata, subtitles, chapters and cover of the planted recordings. */
export const MEDIA_SECRETS = [
  'title-secret',
  'comment-secret',
  'chapter-secret',
  'subtitle-secret',
  'handler-secret',
  'cover-secret',
];

export function ffmpeg(folder: string, ...args: readonly string[]): void {
  execFileSync('ffmpeg', ['-nostdin', '-loglevel', 'error', '-y', ...args], { cwd: folder });
}

/** A tone of 440 Hz, by the ending of the name. */
export const makeTone = (folder: string, name: string, seconds: number, ...args: readonly string[]): void =>
  ffmpeg(folder, '-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`, ...args, name);

/** 320 x 240 moving pictures with a tone, by the ending of the name. */
export const makeVideo = (folder: string, name: string, seconds: number, ...args: readonly string[]): void =>
  ffmpeg(
    folder,
    ...['-f', 'lavfi', '-i', `testsrc2=size=320x240:rate=10:duration=${seconds}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`, ...args, name],
  );

/** `planted.mkv`: four seconds that hold every one of `MEDIA_SECRETS`. */
export function makePlanted(folder: string): void {
  writeFileSync(path.join(folder, 'sub.srt'), '1\n00:00:00,000 --> 00:00:02,000\nsubtitle-secret\n');
  writeFileSync(
    path.join(folder, 'chapters.txt'),
    ';FFMETADATA1\ntitle=title-secret\ncomment=comment-secret\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=2\ntitle=chapter-secret\n',
  );
  ffmpeg(folder, '-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=10:duration=4', '-frames:v', '1', 'cover.png');
  makeVideo(
    folder,
    'planted.mkv',
    4,
    ...['-i', 'sub.srt', '-i', 'chapters.txt', '-attach', 'cover.png', '-metadata:s:t', 'mimetype=image/png'],
    ...['-metadata:s:t', 'filename=cover-secret.png', '-metadata:s:a:0', 'title=handler-secret'],
    ...['-map', '0:v', '-map', '1:a', '-map', '2:s', '-map_metadata', '3', '-map_chapters', '3'],
    ...['-c:v', 'libx264', '-c:a', 'aac', '-c:s', 'srt'],
  );
}

/** Decibels of the mean, as ffmpeg itself measures it. */
export function meanVolume(file: string, from: number, to: number): number {
  const filters = `atrim=${from}:${to},volumedetect`;
  const { stderr } = spawnSync('ffmpeg', ['-nostdin', '-i', file, '-vn', '-af', filters, '-f', 'null', '-']);
  return Number(/mean_volume: (-?[\d.]+) dB/.exec(stderr.toString())?.[1]);
}

/** Brightest of the grey values of a part of the picture at a time. */
export function brightest(file: string, at: number, part: string): number {
  const args = ['-nostdin', '-loglevel', 'error', '-ss', String(at), '-i', file, '-frames:v', '1'];
  const pixels = execFileSync('ffmpeg', [
    ...args,
    ...['-vf', `crop=${part}:exact=1,format=gray`, '-f', 'rawvideo', '-'],
  ]);
  return pixels.reduce((most, value) => Math.max(most, value), 0);
}

/** Kinds of the streams, and names of all tags. */
export function described(file: string): { streams: string[]; tags: string[] } {
  const shown = ['-show_entries', 'stream=codec_type:stream_tags:format_tags', '-of', 'default=nw=1'];
  const lines = execFileSync('ffprobe', ['-v', 'error', ...shown, file])
    .toString()
    .split('\n');
  const after = (start: string) =>
    lines.filter((line) => line.startsWith(start)).map((line) => line.slice(start.length));
  return { streams: after('codec_type='), tags: after('TAG:') };
}
