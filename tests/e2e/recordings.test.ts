import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, filesBelow, send } from '../support/documents-client.ts';
import { eventually, type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';
import {
  brightest,
  described,
  ffmpeg,
  MEDIA_LEFT_OUT,
  makeTone,
  makeVideo,
  meanVolume,
} from '../support/media-files.ts';

const LONG = 240_000;
/** Said one a second; the fourth and fifth are what the policy takes out. */
const WORDS = ['please', 'write', 'to', 'amelia.quill@harbour.example', 'today'];
const transcript = { words: WORDS.map((text, at) => ({ text, from: at, to: at + 0.8 })) };

describe.skipIf(MEDIA_LEFT_OUT)('recordings over HTTP', { timeout: LONG }, () => {
  let platform: LocalPlatform;
  let folder: string;
  const file = (name: string): Buffer => readFileSync(path.join(folder, name));
  const json = async (target: string, method = 'GET', body?: object): Promise<ReturnType<typeof JSON.parse>> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await platform.api(target, {
      ...{ method, headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const said: ReturnType<typeof JSON.parse> = await answer.json();
    return { status: answer.status, ...said };
  };
  const upload = async (name: string, recording?: object, as = name) => {
    const fields = recording === undefined ? {} : { recording: JSON.stringify(recording) };
    return send(platform, as, file(name), { fields });
  };
  const processed = async (name: string, recording?: object) => {
    const { taken, problem } = await upload(name, recording);
    if (taken === null) throw new Error(`${name} was refused: ${problem?.detail}`);
    return ended(platform, taken.document.id, LONG);
  };
  const names = async (id: string): Promise<string[]> =>
    (await json(`/v1/documents/${id}/artifacts`)).items.map(({ name }: { name: string }) => name);
  /** The artifact as a file, to be measured. */
  const fetched = async (id: string, name: string): Promise<string> => {
    const answer = await platform.api(`/v1/documents/${id}/artifacts/${name}`);
    if (!answer.ok) throw new Error(`${name} of ${id}: ${answer.status}`);
    const out = path.join(folder, `${id}-${name}`);
    writeFileSync(out, Buffer.from(await answer.arrayBuffer()));
    return out;
  };

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'recto-recordings-'));
    const secret = ['-metadata', 'title=title-secret', '-metadata', 'location=+48.1372+011.5755/'];
    makeTone(folder, 'call.wav', 5, ...secret);
    makeVideo(folder, 'clip.mp4', 5, ...secret);
    ffmpeg(folder, '-f', 'lavfi', '-i', 'testsrc2=size=320x240:duration=1', '-frames:v', '1', 'cover.png');
    makeTone(
      folder,
      'memo.m4a',
      4,
      '-i',
      'cover.png',
      '-map',
      '0:a',
      '-map',
      '1:v',
      '-c:v',
      'png',
      ...secret,
      ...['-disposition:v', 'attached_pic'],
    );
    writeFileSync(path.join(folder, 'list.mp4'), `ffconcat version 1.0\nfile '${path.join(folder, 'call.wav')}'\n`);
    writeFileSync(path.join(folder, 'live.mp4'), `#EXTM3U\n#EXTINF:3,\nfile://${path.join(folder, 'call.wav')}\n`);
    writeFileSync(
      path.join(folder, 'drawing.mp4'),
      '<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>',
    );
    writeFileSync(path.join(folder, 'words.wav'), `RIFF\0\0\0\0WAVEfmt and then nothing but words\n`);
    writeFileSync(path.join(folder, 'cut.mp4'), file('clip.mp4').subarray(0, 20_000));
    // Cheap to make, and some seconds of work to redact.
    ffmpeg(
      folder,
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=640x480:rate=30:duration=10',
      '-f',
      'lavfi',
      '-i',
      'sine=duration=8',
      '-preset',
      'ultrafast',
      'long.mp4',
    );
    platform = await startLocalPlatform({ RECTO_RECORDING_SECONDS: '60' });
  }, LONG);
  afterAll(async () => {
    await platform.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are refused until the tenant takes them, and the refusal says how', async () => {
    const { problem } = await upload('call.wav');
    expect(problem).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    expect(problem?.detail).toContain('"recordings": true');
    const promised = await json('/v1/documents', 'POST', { filename: 'call.wav', recording: { transcript } });
    expect(promised).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    expect(await json('/v1/tenant', 'PATCH', { recordings: true })).toMatchObject({ settings: { recordings: true } });
  });

  it('with nothing asked of them are kept, and nothing is called redacted', async () => {
    const { id, status } = await processed('call.wav');
    expect(status).toBe('ready');
    expect(await names(id)).toEqual(['entities.json']);
    expect(await json(`/v1/documents/${id}/redaction`)).toMatchObject({ outputs: [], recording: { made: null } });
    expect(await json(`/v1/documents/${id}/export?format=json`)).toMatchObject({ status: 409, code: 'conflict' });
    // A person who has listened to it says what goes.
    const sounds = [{ from: 1, to: 2, how: 'bleep' }];
    const review = await json(`/v1/documents/${id}/redaction/review`, 'POST', { sounds, accept: true });
    expect(review.status).toBe(202);
    await eventually(
      () => names(id),
      (found) => found.includes('redacted.m4a'),
      LONG,
    );
    const out = await fetched(id, 'redacted.m4a');
    expect([meanVolume(out, 1.1, 1.9) > -40, meanVolume(out, 2.2, 4) > -30]).toEqual([true, true]);
    expect((await json(`/v1/documents/${id}/redaction`)).recording.sounds).toEqual([
      { ...sounds[0], because: 'review' },
    ]);
  });

  it('lose what their transcript says that goes, and the transcript does as well', async () => {
    const { id, status } = await processed('call.wav', { transcript });
    expect(status).toBe('ready');
    expect((await names(id)).sort()).toEqual([
      'entities.json',
      'redacted.m4a',
      'redacted.txt',
      'text',
      'transcript.json',
    ]);
    const text = readFileSync(await fetched(id, 'redacted.txt'), 'utf8');
    expect(text).toBe('please write to <EMAIL_ADDRESS> today');
    const out = await fetched(id, 'redacted.m4a');
    expect(meanVolume(out, 3, 3.8)).toBeLessThan(-60);
    expect(meanVolume(out, 1, 2.5)).toBeGreaterThan(-30);
    expect(described(out)).toMatchObject({ streams: ['audio'] });
    expect(file(`${id}-redacted.m4a`).toString('latin1')).not.toMatch(/title-secret|48\.1372/);
    const report = await json(`/v1/documents/${id}/redaction`);
    expect(report.entities).toMatchObject([{ type: 'EMAIL_ADDRESS', said: { from: 2.85, to: 3.95 } }]);
    expect(JSON.stringify(report)).not.toContain('quill');
    // Found by what is left of it, and by nothing else.
    const hits = async (q: string) =>
      (await json(`/v1/search?q=${q}`)).items.map((hit: { documentId: string }) => hit.documentId);
    await eventually(
      () => hits('please'),
      (found) => found.includes(id),
    );
    expect(await hits('quill')).toEqual([]);
    // The same bytes with other words are not the same result.
    const other = await processed('call.wav', { transcript: { words: [{ text: 'hello', from: 1, to: 2 }] } });
    expect(other.reusedFrom).toBeNull();
    const same = await processed('call.wav', { transcript });
    expect(same.reusedFrom).toBe(id);
    expect(await names(same.id)).toEqual(await names(id));
  });

  it('that are video have regions covered for their time, and a policy may bleep what is said', async () => {
    const policy = await json('/v1/policies', 'POST', {
      name: 'Bleeps',
      media: { spoken: 'bleep', sounds: [{ from: 0, to: 0.5, how: 'mute' }] },
    });
    await json('/v1/tenant', 'PATCH', { policyId: policy.id });
    const regions = [{ from: 1, to: 2.5, x: 20, y: 20, width: 80, height: 60, how: 'box' }];
    const { id, status } = await processed('clip.mp4', { regions, transcript });
    expect(status).toBe('ready');
    const out = await fetched(id, 'redacted.mp4');
    expect(described(out).streams).toEqual(['video', 'audio']);
    expect(described(out).tags.join(' ')).not.toMatch(/title|location/);
    expect([brightest(out, 1.5, '80:60:20:20') < 48, brightest(out, 3.5, '80:60:20:20') > 100]).toEqual([true, true]);
    expect([meanVolume(out, 0, 0.5) < -60, meanVolume(out, 3.1, 3.7) > -40]).toEqual([true, true]);
    // What a changed policy would do is told beforehand.
    const tried = await json(`/v1/policies/${policy.id}/test`, 'POST', { documentId: id, artifact: 'recording' });
    expect(tried.entities).toMatchObject([{ type: 'EMAIL_ADDRESS' }]);
    const draft = await json(`/v1/policies/${policy.id}`, 'PATCH', { media: { spoken: 'mute' } });
    const { changes } = await json(`/v1/policies/${policy.id}/diff?from=1&to=${draft.version}`);
    expect(changes.map((change: { path: string }) => change.path)).toEqual(['media']);
    await json('/v1/tenant', 'PATCH', { policyId: 'default' });
  });

  it('lose covers and where they were made, once a policy asks for that alone', async () => {
    const policy = await json('/v1/policies', 'POST', { name: 'Bare', media: {} });
    await json('/v1/tenant', 'PATCH', { policyId: policy.id });
    const { id } = await processed('memo.m4a');
    const out = await fetched(id, 'redacted.m4a');
    expect(described(out).streams).toEqual(['audio']);
    expect(readFileSync(out).toString('latin1')).not.toMatch(/title-secret|48\.1372|PNG/);
    await json('/v1/tenant', 'PATCH', { policyId: 'default' });
  });

  it('that are none by their bytes are taken for what they are, or fail', async () => {
    // A list of files is a text, and is read as one.
    for (const name of ['list.mp4', 'live.mp4']) {
      const { id, mediaType } = await processed(name);
      expect(mediaType).toBe('text/plain');
      expect(await names(id)).not.toContain('redacted.mp4');
    }
    expect((await upload('drawing.mp4')).problem).toMatchObject({ code: 'unsupported_media_type' });
    const sounds = [{ from: 0, to: 1, how: 'mute' }];
    expect((await upload('list.mp4', { sounds })).problem).toMatchObject({ code: 'invalid_request' });
    for (const name of ['words.wav', 'cut.mp4']) {
      const { id, status, error } = await processed(name, { sounds });
      expect([name, status, error?.code]).toEqual([name, 'failed', 'file_corrupt']);
      expect(await names(id)).toEqual([]);
    }
  });

  it('whose rules or transcript are of another recording fail, and leave nothing', async () => {
    const late = { words: [{ text: 'hello', from: 1000, to: 1500 }] };
    const { id, status, error } = await processed('call.wav', { transcript: late });
    expect([status, error?.code]).toEqual(['failed', 'invalid_request']);
    expect(await names(id)).toEqual([]);
    expect((await upload('call.wav', { sounds: [{ from: 2, to: 1, how: 'mute' }] })).problem?.code).toBe(
      'invalid_request',
    );
    expect((await upload('call.wav', { shout: true })).problem?.code).toBe('invalid_request');
  });

  it('by a link bring their rules with the request for it', async () => {
    const promised = await json('/v1/documents', 'POST', { filename: 'call.wav', recording: { transcript } });
    const { method, url, headers } = promised.upload;
    expect((await fetch(url, { method, headers, body: Uint8Array.from(file('call.wav')) })).ok).toBe(true);
    const { id, status } = await ended(platform, promised.document.id, LONG);
    expect(status).toBe('ready');
    expect(await names(id)).toContain('redacted.m4a');
  });

  /** Tools that work in the platform's folder now. */
  const toolsAtWork = (): string[] =>
    readdirSync('/proc').filter((pid) => {
      try {
        return (
          readlinkSync(`/proc/${pid}/cwd`).startsWith(platform.dataDir) &&
          readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'ffmpeg'
        );
      } catch {
        // No process, not ours, or it has ended meanwhile.
        return false;
      }
    });
  const atWork = async (name: string): Promise<{ id: string; runId: string }> => {
    const { taken, problem } = await upload(name, { sounds: [{ from: 1, to: 2, how: 'mute' }] });
    if (taken === null) throw new Error(`${name} was refused: ${problem?.detail}`);
    await eventually(
      async () => toolsAtWork().length,
      (count) => count > 0,
      LONG,
    );
    return { id: taken.document.id, runId: taken.run.id };
  };

  it('are left alone at once when their run is cancelled', async () => {
    const { id, runId } = await atWork('long.mp4');
    expect((await platform.api(`/v1/runs/${runId}/cancel`, { method: 'POST' })).ok).toBe(true);
    expect((await ended(platform, id, LONG)).error?.code).toBe('cancelled');
    await eventually(
      async () => toolsAtWork(),
      (pids) => pids.length === 0,
      10_000,
    );
    expect(await names(id)).toEqual([]);
  });

  it('are finished after the platform was killed in the middle, and erased with all that came with them', async () => {
    const { id } = await atWork('long.mp4');
    await platform.kill();
    await eventually(
      async () => toolsAtWork(),
      (pids) => pids.length === 0,
      10_000,
    );
    await platform.restart();
    expect(await ended(platform, id, LONG)).toMatchObject({ status: 'ready', error: null });
    expect(await names(id)).toEqual(['entities.json', 'redacted.mp4']);
    expect((await platform.api(`/v1/documents/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(filesBelow(platform.dataDir).filter((name) => name.includes(id))).toEqual([]);
    expect(filesBelow(path.join(platform.dataDir, 'tmp'))).toEqual([]);
  });
});
