import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { detectIsolation } from '#shared/adapters/embedded/converter/isolation.ts';
import { createMediaRedactor, type EmbeddedMediaRedactor } from '#shared/adapters/embedded/media-redactor.ts';
import { mediaRulesSchema } from '#shared/domain/redaction/media.ts';
import { sourceOf } from '#tests/support/converter-fixture.ts';
import { filesBelow } from '#tests/support/documents-client.ts';
import { MEDIA_LEFT_OUT, MEDIA_LIMITS, makeTone } from '#tests/support/media-files.ts';
import { absentMediaRedactorContract, mediaRedactorContract } from './media-redactor.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'recto-media-redactor-'));
const tmpDir = path.join(folder, 'tmp');
const made: EmbeddedMediaRedactor[] = [];
const create = (limits = MEDIA_LIMITS): EmbeddedMediaRedactor => {
  const media = createMediaRedactor({ tmpDir, limits });
  made.push(media);
  return media;
};
afterAll(async () => {
  await Promise.all(made.map((media) => media.close()));
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(MEDIA_LEFT_OUT)('recordings on one machine', () => {
  mediaRedactorContract(create);

  it('leave nothing behind, whether read to their end, given up or failed', { timeout: 60_000 }, async () => {
    makeTone(folder, 'tone.wav', 2);
    const wav = readFileSync(path.join(folder, 'tone.wav'));
    const none = mediaRulesSchema.parse({});
    const media = create();
    const task = { mediaType: 'audio/wav', rules: none, standing: none, lastsAtLeast: 0 };
    for await (const chunk of (await media.redact({ ...task, source: sourceOf(wav) })).media)
      expect(chunk.length).toBeGreaterThan(0);
    for await (const _ of (await media.redact({ ...task, source: sourceOf(wav) })).media) break;
    await media.redact({ ...task, source: sourceOf('words') }).catch(() => null);
    expect(filesBelow(tmpDir)).toEqual([]);
  });
});

describe.skipIf(MEDIA_LEFT_OUT)('a process that shuts down while it redacts a recording', () => {
  it('gives it up for another try, and leaves nothing behind', { timeout: 60_000 }, async () => {
    makeTone(folder, 'minute.wav', 50);
    const none = mediaRulesSchema.parse({});
    const source = sourceOf(readFileSync(path.join(folder, 'minute.wav')));
    const media = createMediaRedactor({ tmpDir: path.join(folder, 'closed'), limits: MEDIA_LIMITS });
    await media.available();
    const task = { source, mediaType: 'audio/wav', rules: none, standing: none, lastsAtLeast: 0 };
    const ended = expect(media.redact(task)).rejects.toMatchObject({ code: 'overloaded', class: 'transient' });
    await vi.waitFor(() => expect(filesBelow(path.join(folder, 'closed'))).toHaveLength(2), { timeout: 30_000 });
    await media.close();
    await ended;
    expect(filesBelow(path.join(folder, 'closed'))).toEqual([]);
  });
});

describe('recordings on a machine without ffmpeg', () => {
  // What is put around a program is there; the programs are not.
  beforeAll(async () => {
    await detectIsolation();
    mkdirSync(path.join(folder, 'bin'));
    for (const name of ['unshare', 'setpriv', 'prlimit'])
      symlinkSync(`/usr/bin/${name}`, path.join(folder, 'bin', name));
  });
  afterEach(() => vi.unstubAllEnvs());

  absentMediaRedactorContract(() => {
    vi.stubEnv('PATH', path.join(folder, 'bin'));
    return create();
  });
});

describe('recordings where the configuration takes none', () => {
  absentMediaRedactorContract(() => create({ ...MEDIA_LIMITS, maxSeconds: 0 }));
});
