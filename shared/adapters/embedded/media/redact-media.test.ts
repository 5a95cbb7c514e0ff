import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mediaRulesSchema } from '../../../domain/redaction/media.ts';
import { redactMedia } from './redact-media.ts';

const installed = ['ffmpeg', 'ffprobe'].every((tool) => spawnSync(tool, ['-version']).status === 0);
const LONG = 120_000;
const LIMITS = { maxSeconds: 60, maxPixels: 4_000_000, maxOutputBytes: 50_000_000, timeoutMs: 60_000 };
const SECRETS = [
  'title-secret',
  'comment-secret',
  'chapter-secret',
  'subtitle-secret',
  'handler-secret',
  'cover-secret',
];

// With the tools missing it is reported as not run: the product works without them, and refuses recordings.
describe.skipIf(!installed)('a recording (not run without ffmpeg and ffprobe)', () => {
  let folder: string;
  const make = (...args: readonly string[]): void => {
    execFileSync('ffmpeg', ['-nostdin', '-loglevel', 'error', '-y', ...args], { cwd: folder });
  };
  const task = (name: string, rules: object) => {
    const dir = mkdtempSync(path.join(folder, 'call-'));
    return { file: path.join(folder, name), dir, limits: LIMITS, rules: mediaRulesSchema.parse(rules) };
  };

  /** Decibels, as ffmpeg itself measures it. */
  const meanVolume = (file: string, from: number, to: number): number => {
    const filters = `atrim=${from}:${to},volumedetect`;
    const { stderr } = spawnSync('ffmpeg', ['-nostdin', '-i', file, '-vn', '-af', filters, '-f', 'null', '-']);
    return Number(/mean_volume: (-?[\d.]+) dB/.exec(stderr.toString())?.[1]);
  };

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'recto-media-'));
    writeFileSync(path.join(folder, 'sub.srt'), '1\n00:00:00,000 --> 00:00:02,000\nsubtitle-secret\n');
    writeFileSync(
      path.join(folder, 'chapters.txt'),
      ';FFMETADATA1\ntitle=title-secret\ncomment=comment-secret\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=2\ntitle=chapter-secret\n',
    );
    make('-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=10:duration=4', '-frames:v', '1', 'cover.png');
    make(
      ...['-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=10:duration=4'],
      ...['-f', 'lavfi', '-i', 'sine=frequency=440:duration=4'],
      ...['-i', 'sub.srt', '-i', 'chapters.txt', '-attach', 'cover.png', '-metadata:s:t', 'mimetype=image/png'],
      ...['-metadata:s:t', 'filename=cover-secret.png', '-metadata:s:a:0', 'title=handler-secret'],
      ...['-map', '0:v', '-map', '1:a', '-map', '2:s', '-map_metadata', '3', '-map_chapters', '3'],
      ...['-c:v', 'libx264', '-c:a', 'aac', '-c:s', 'srt', 'planted.mkv'],
    );
    make('-f', 'lavfi', '-i', 'sine=frequency=440:duration=3', '-metadata', 'title=title-secret', 'sound.mp3');
  }, LONG);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has its secrets, or the test would prove nothing', () => {
    const bytes = readFileSync(path.join(folder, 'planted.mkv')).toString('latin1');
    expect(SECRETS.filter((secret) => !bytes.includes(secret))).toEqual([]);
  });

  it('keeps a picture and a sound track, covered and silent where the rules say, and nothing else', {
    timeout: LONG,
  }, async () => {
    const out = await redactMedia(
      task('planted.mkv', {
        sounds: [
          { from: 0.5, to: 1.2, how: 'mute' },
          { from: 2, to: 3, how: 'bleep' },
        ],
        regions: [
          { from: 0, to: 2, x: 20, y: 20, width: 80, height: 60, how: 'box' },
          { from: 1, to: 4, x: 160, y: 100, width: 100, height: 80, how: 'blur' },
        ],
      }),
    );
    const bytes = readFileSync(out).toString('latin1');
    expect(SECRETS.filter((secret) => bytes.includes(secret))).toEqual([]);
    const streams = execFileSync('ffprobe', [
      '-v',
      'error',
      '-show_entries',
      'stream=codec_type',
      '-of',
      'csv=p=0',
      out,
    ]);
    expect(meanVolume(out, 0.5, 1.2)).toBeLessThan(-60);
    expect(meanVolume(out, 3.2, 3.9)).toBeGreaterThan(-30);
    expect(streams.toString().split(/\s+/).filter(Boolean)).toEqual(['video', 'audio']);
  });

  it('may be sound alone', { timeout: LONG }, async () => {
    const out = await redactMedia(task('sound.mp3', { sounds: [{ from: 1, to: 2, how: 'mute' }] }));
    expect(readFileSync(out).toString('latin1')).not.toContain('title-secret');
  });

  it('is refused when it is too long, a region lies in no picture, or it is a list of other files', {
    timeout: LONG,
  }, async () => {
    const short = { ...task('sound.mp3', {}), limits: { ...LIMITS, maxSeconds: 1 } };
    await expect(redactMedia(short)).rejects.toMatchObject({ code: 'limit_exceeded' });
    const region = { from: 0, to: 1, x: 0, y: 0, width: 10, height: 10, how: 'box' };
    await expect(redactMedia(task('sound.mp3', { regions: [region] }))).rejects.toMatchObject({
      code: 'invalid_request',
    });
    const list = `#EXTM3U\n#EXTINF:3,\nfile://${path.join(folder, 'sound.mp3')}\n#EXT-X-ENDLIST\n`;
    writeFileSync(path.join(folder, 'list.mp3'), list);
    await expect(redactMedia(task('list.mp3', {}))).rejects.toMatchObject({ code: 'file_corrupt' });
  });

  it('is not handed out when a rule could not be kept', { timeout: LONG }, async () => {
    const region = { from: 0, to: 2, x: 300, y: 200, width: 200, height: 200, how: 'blur' };
    const failing = task('planted.mkv', { regions: [region] });
    await expect(redactMedia(failing)).rejects.toMatchObject({ code: 'redaction_unverified' });
    expect(readdirSync(failing.dir)).toEqual([]);
  });

  it('costs no more than its time', { timeout: LONG }, async () => {
    const slow = { ...task('planted.mkv', {}), limits: { ...LIMITS, timeoutMs: 1 } };
    await expect(redactMedia(slow)).rejects.toMatchObject({ code: 'conversion_timeout' });
  });
});
