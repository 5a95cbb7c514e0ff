import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  brightest,
  described,
  ffmpeg,
  MEDIA_LEFT_OUT,
  MEDIA_LIMITS,
  MEDIA_SECRETS,
  makePlanted,
  makeTone,
  makeVideo,
  meanVolume,
} from '#tests/support/media-files.ts';
import { mediaRulesSchema } from '../../../domain/redaction/media.ts';
import { type MediaTask, redactMedia } from './redact-media.ts';

const LONG = 120_000;
const NONE = mediaRulesSchema.parse({});

describe.skipIf(MEDIA_LEFT_OUT)('a recording', { timeout: LONG }, () => {
  let folder: string;
  const task = (name: string, rules: object, over: Partial<MediaTask> = {}): MediaTask => ({
    file: path.join(folder, name),
    container: 'matroska',
    rules: mediaRulesSchema.parse(rules),
    standing: NONE,
    lastsAtLeast: 0,
    dir: mkdtempSync(path.join(folder, 'call-')),
    limits: MEDIA_LIMITS,
    ...over,
  });
  const refusal = (given: MediaTask): Promise<unknown> =>
    redactMedia(given).then(
      () => 'made',
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
    );

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'recto-media-'));
    makePlanted(folder);
    makeTone(folder, 'sound.mp3', 3, '-metadata', 'title=title-secret');
    makeTone(folder, 'sound.wav', 3);
  }, LONG);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('has its secrets, or the test would prove nothing', () => {
    const bytes = readFileSync(path.join(folder, 'planted.mkv')).toString('latin1');
    expect(MEDIA_SECRETS.filter((secret) => !bytes.includes(secret))).toEqual([]);
  });

  it('keeps a picture and a sound track, covered and silent where the rules say, and nothing else', async () => {
    const { out, ...made } = await redactMedia(
      task('planted.mkv', {
        sounds: [
          { from: 0.5, to: 1.2, how: 'mute' },
          { from: 2, to: 3, how: 'bleep' },
        ],
        regions: [
          { from: 0, to: 2, x: 21, y: 21, width: 81, height: 61, how: 'box' },
          { from: 1, to: 4, x: 161, y: 101, width: 101, height: 81, how: 'blur' },
        ],
      }),
    );
    const bytes = readFileSync(out).toString('latin1');
    expect(MEDIA_SECRETS.filter((secret) => bytes.includes(secret))).toEqual([]);
    expect(described(out).streams).toEqual(['video', 'audio']);
    expect(meanVolume(out, 0.5, 1.2)).toBeLessThan(-60);
    expect(meanVolume(out, 3.2, 3.9)).toBeGreaterThan(-30);
    expect(brightest(out, 1, '80:60:21:21')).toBeLessThan(40);
    expect(brightest(out, 3, '80:60:21:21')).toBeGreaterThan(100);
    expect(made).toMatchObject({ mediaType: 'video/mp4', picture: { width: 320, height: 240 }, sound: true });
    expect(made.checked).toEqual({ stretches: 2, pictures: 6 });
  });

  it('may be sound alone, in blocks of any length', async () => {
    for (const [name, container] of [
      ['sound.mp3', 'mp3'],
      ['sound.wav', 'wav'],
    ] as const) {
      const { out } = await redactMedia(task(name, { sounds: [{ from: 1, to: 2, how: 'mute' }] }, { container }));
      expect(readFileSync(out).toString('latin1')).not.toContain('title-secret');
      expect(meanVolume(out, 1, 2)).toBeLessThan(-60);
      expect(meanVolume(out, 0.1, 0.9)).toBeGreaterThan(-30);
    }
  });

  it('loses hundreds of stretches, each of them', async () => {
    makeTone(folder, 'long.wav', 58);
    const sounds = Array.from({ length: 280 }, (_, at) => ({ from: at * 0.2, to: at * 0.2 + 0.1, how: 'mute' }));
    const made = await redactMedia(task('long.wav', { sounds }, { container: 'wav' }));
    expect(made.checked.stretches).toBe(280);
    expect([meanVolume(made.out, 40.02, 40.08) < -60, meanVolume(made.out, 56.5, 57.5) > -30]).toEqual([true, true]);
  });

  it('is silent in every channel, also where the channels would cancel each other', async () => {
    ffmpeg(folder, '-f', 'lavfi', '-i', 'aevalsrc=sin(2764*t)|-sin(2764*t):d=3:c=stereo', 'against.wav');
    const rules = { sounds: [{ from: 1, to: 2, how: 'mute' }] };
    const { out } = await redactMedia(task('against.wav', rules, { container: 'wav' }));
    expect(meanVolume(out, 1, 2)).toBeLessThan(-60);
    expect(meanVolume(out, 2.2, 2.9)).toBeGreaterThan(-30);
  });

  it('of pictures that stand for seconds has the region covered while the one before still stands', async () => {
    ffmpeg(folder, '-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=1/2:duration=6', '-c:v', 'libx264', 'slides.mkv');
    const rules = { regions: [{ from: 1, to: 1.5, x: 20, y: 20, width: 80, height: 60, how: 'box' }] };
    const { out } = await redactMedia(task('slides.mkv', rules));
    expect(brightest(out, 1.1, '80:60:20:20')).toBeLessThan(40);
    expect(brightest(out, 3, '80:60:20:20')).toBeGreaterThan(100);
  });

  it('may have a sound that ends before its picture, and a picture that ends before its sound', async () => {
    const video = (seconds: number) => ['-f', 'lavfi', '-i', `testsrc2=size=320x240:rate=10:duration=${seconds}`];
    ffmpeg(folder, ...video(6), '-f', 'lavfi', '-i', 'sine=duration=2', 'silent-end.mkv');
    ffmpeg(folder, ...video(2), '-f', 'lavfi', '-i', 'sine=duration=6', 'dark-end.mkv');
    const rules = { sounds: [{ from: 1, to: 5, how: 'mute' }] };
    expect((await redactMedia(task('silent-end.mkv', rules))).checked.stretches).toBe(1);
    expect((await redactMedia(task('dark-end.mkv', rules))).checked.stretches).toBe(1);
    const late = { regions: [{ from: 4, to: 5, x: 0, y: 0, width: 20, height: 20, how: 'box' }] };
    expect(await refusal(task('dark-end.mkv', late))).toBe('redaction_unverified');
  });

  it('leaves out of the rules for every recording what this one does not have', async () => {
    const standing = mediaRulesSchema.parse({
      sounds: [{ from: 50, to: 55, how: 'mute' }],
      regions: [{ from: 0, to: 9, x: 0, y: 0, width: 20, height: 20, how: 'box' }],
    });
    const made = await redactMedia(task('sound.mp3', {}, { container: 'mp3', standing }));
    expect(made).toMatchObject({ picture: null, checked: { stretches: 0, pictures: 0 } });
  });

  it('is refused when its own rules or transcript speak of what it does not have', async () => {
    const region = { from: 0, to: 1, x: 0, y: 0, width: 10, height: 10, how: 'box' };
    const late = { sounds: [{ from: 4100, to: 4200, how: 'mute' }] };
    expect(await refusal(task('sound.mp3', { regions: [region] }, { container: 'mp3' }))).toBe('invalid_request');
    expect(await refusal(task('sound.mp3', late, { container: 'mp3' }))).toBe('invalid_request');
    expect(await refusal(task('sound.mp3', {}, { container: 'mp3', lastsAtLeast: 2500 }))).toBe('invalid_request');
  });

  it('is refused when it is too long or its picture too large, whatever it says of itself', async () => {
    const limits = { ...MEDIA_LIMITS, maxSeconds: 1 };
    expect(await refusal(task('sound.mp3', {}, { container: 'mp3', limits }))).toBe('limit_exceeded');
    const small = { ...MEDIA_LIMITS, maxPixels: 320 * 240 - 1 };
    expect(await refusal(task('planted.mkv', {}, { limits: small }))).toBe('limit_exceeded');
    const few = { ...MEDIA_LIMITS, maxOutputBytes: 60_000 };
    expect(await refusal(task('planted.mkv', {}, { limits: few }))).toBe('limit_exceeded');
    // A head that says nothing of the length: it is told as it comes.
    makeVideo(folder, 'live.webm', 4, '-c:v', 'libvpx', '-c:a', 'libopus', '-live', '1', '-f', 'webm');
    expect(await refusal(task('live.webm', {}, { limits }))).toBe('limit_exceeded');
    expect(await refusal(task('live.webm', {}))).toBe('made');
  });

  it('is refused when it ends before it says it does', async () => {
    makeTone(folder, 'whole.flac', 4);
    const flac = readFileSync(path.join(folder, 'whole.flac'));
    writeFileSync(path.join(folder, 'cut.flac'), flac.subarray(0, flac.length / 2));
    expect(await refusal(task('cut.flac', {}, { container: 'flac' }))).toBe('file_truncated');
    makeVideo(folder, 'whole.mp4', 4);
    const mp4 = readFileSync(path.join(folder, 'whole.mp4'));
    writeFileSync(path.join(folder, 'cut.mp4'), mp4.subarray(0, mp4.length / 2));
    expect(await refusal(task('cut.mp4', {}, { container: 'mov' }))).toBe('file_corrupt');
    // An hour by its head: the length of the movie, in its units (mvhd).
    const long = Buffer.from(mp4);
    const head = long.indexOf('mvhd');
    long.writeUInt32BE(3600 * long.readUInt32BE(head + 16), head + 20);
    writeFileSync(path.join(folder, 'hour.mp4'), long);
    expect(await refusal(task('hour.mp4', {}, { container: 'mov' }))).not.toBe('made');
  });

  it('is read as what it was seen to be, and as nothing that names other files', async () => {
    const named = path.join(folder, 'sound.wav');
    const lists = {
      'list.mp3': `#EXTM3U\n#EXTINF:3,\nfile://${named}\n#EXT-X-ENDLIST\n`,
      'list.mp4': `ffconcat version 1.0\nfile '${named}'\n`,
      'list.wav': `RIFF\0\0\0\0WAVEfmt #EXTM3U\nfile://${named}\n`,
      'drawing.mp4': `<svg xmlns="http://www.w3.org/2000/svg"><image href="file://${named}"/></svg>`,
    };
    for (const [name, text] of Object.entries(lists)) {
      writeFileSync(path.join(folder, name), text);
      for (const container of ['mp3', 'mov', 'wav', 'matroska', 'avi', 'ogg', 'flac'] as const)
        expect([name, container, await refusal(task(name, {}, { container }))]).toEqual([
          ...[name, container, 'file_corrupt'],
        ]);
    }
    expect(await refusal(task('sound.wav', {}, { container: 'mov' }))).toBe('file_corrupt');
  });

  it('is not decoded by what no such recording needs', async () => {
    ffmpeg(folder, '-f', 'lavfi', '-i', 'testsrc2=size=160x120:duration=1', '-c:v', 'flashsv', 'odd.mkv');
    expect(await refusal(task('odd.mkv', {}))).toBe('unsupported_media_type');
  });

  it('is not handed out when a rule could not be kept', async () => {
    const region = { from: 0, to: 2, x: 300, y: 200, width: 200, height: 200, how: 'box' };
    const failing = task('planted.mkv', { regions: [region] });
    expect(await refusal(failing)).toBe('redaction_unverified');
    expect(readdirSync(failing.dir)).toEqual([]);
  });

  it('costs no more than its time, and ends when it is told to', async () => {
    const slow = { ...MEDIA_LIMITS, timeoutMs: 1 };
    expect(await refusal(task('planted.mkv', {}, { limits: slow }))).toBe('conversion_timeout');
    const stop = new AbortController();
    const ended = redactMedia(task('planted.mkv', {}, { signal: stop.signal }));
    stop.abort(new Error('cancelled'));
    await expect(ended).rejects.toThrow('cancelled');
  });
});
