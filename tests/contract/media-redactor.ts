import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mediaRulesSchema } from '#shared/domain/redaction/media.ts';
import type { MediaRedactor } from '#shared/ports/media-redactor.ts';
import { collect, outcome, sourceOf } from '#tests/support/converter-fixture.ts';
import { makeTone, meanVolume } from '#tests/support/media-files.ts';

const LONG = 60_000;
const NONE = mediaRulesSchema.parse({});
const SECOND = mediaRulesSchema.parse({ sounds: [{ from: 1, to: 2, how: 'mute' }] });

const task = (bytes: Uint8Array | string, over: Partial<Parameters<MediaRedactor['redact']>[0]> = {}) => ({
  source: sourceOf(bytes),
  mediaType: 'audio/wav',
  rules: SECOND,
  standing: NONE,
  lastsAtLeast: 0,
  ...over,
});

/** What every MediaRedactor does where there is nothing to redact with. */
export function absentMediaRedactorContract(create: () => MediaRedactor): void {
  it('says that it cannot, and does not look at the bytes', async () => {
    const media = create();
    expect(await media.available()).toBe(false);
    const source = sourceOf('bytes');
    await expect(media.redact(task('', { source }))).rejects.toMatchObject({ code: 'not_configured' });
    expect(source.served).toBe(0);
  });
}

/** What every MediaRedactor does that can. */
export function mediaRedactorContract(create: () => MediaRedactor): void {
  let folder: string;
  let media: MediaRedactor;
  let wav: Buffer;
  beforeAll(() => {
    media = create();
    folder = mkdtempSync(path.join(tmpdir(), 'recto-media-contract-'));
    makeTone(folder, 'tone.wav', 3);
    wav = readFileSync(path.join(folder, 'tone.wav'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('takes out what it is told to, and says what it made and checked', { timeout: LONG }, async () => {
    expect(await media.available()).toBe(true);
    const { media: bytes, ...made } = await media.redact(task(wav));
    expect(made).toMatchObject({ mediaType: 'audio/mp4', picture: null, sound: true });
    expect(made.checked).toEqual({ stretches: 1, pictures: 0 });
    expect(made.seconds).toBeCloseTo(3, 0);
    const out = path.join(folder, 'out.m4a');
    writeFileSync(out, await collect(bytes));
    expect(meanVolume(out, 1, 2)).toBeLessThan(-60);
    expect(meanVolume(out, 2.2, 2.9)).toBeGreaterThan(-30);
  });

  it('refuses with a code what is no recording, another one, or damaged', { timeout: LONG }, async () => {
    const code = (given: ReturnType<typeof task>) => outcome(media.redact(given));
    expect(await code(task('%PDF-', { mediaType: 'application/pdf' }))).toBe('unsupported_media_type');
    expect(await code(task('words'))).toBe('file_corrupt');
    expect(await code(task(wav, { mediaType: 'audio/flac' }))).toBe('file_corrupt');
    expect(await code(task(wav, { lastsAtLeast: 60 }))).toBe('invalid_request');
  });

  it('ends with the reason of the signal', { timeout: LONG }, async () => {
    const stop = new AbortController();
    const waiting = media.redact(task(wav, { signal: stop.signal }));
    stop.abort(new Error('cancelled'));
    await expect(waiting).rejects.toThrow('cancelled');
  });
}
