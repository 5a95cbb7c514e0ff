import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { chaosBatch } from '../chaos/batch.ts';
import { processTree } from '../chaos/process-tree.ts';
import {
  documentSchema,
  ended,
  filesBelow,
  getDocument,
  listDocuments,
  readiness,
  send,
  sendOk,
  textOf,
} from '../support/documents-client.ts';
import { type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';

const presignedSchema = z.object({ document: documentSchema, upload: z.object({ url: z.string() }) });
const MB = 1024 * 1024;
const SIZE_MB = 200;
/** Long enough for every attempt that a step has, were they counted. */
const FULL_MS = 10_000;

/** A disk that the test can fill, and make room on again. */
interface Disk {
  kind: string;
  folder: string;
  /** Takes all room but `left` bytes, for one file more. */
  fill(left: number): void;
  makeRoom(): void;
  remove(): void;
}

/** A file system of its own, where mounting is allowed; null elsewhere. */
function mountedDisk(): Disk | null {
  const folder = mkdtempSync(path.join(tmpdir(), 'recto-disk-'));
  const options = ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'tmpfs', folder];
  if (spawnSync('mount', options).status !== 0) {
    rmSync(folder, { recursive: true });
    return null;
  }
  const ballast = path.join(folder, 'ballast');
  const fill = (left: number): void => {
    for (;;) {
      const { bavail, bsize } = statfsSync(folder);
      const size = bavail * bsize - left;
      if (size <= 0) return;
      try {
        appendFileSync(ballast, Buffer.alloc(size));
      } catch (error) {
        // The platform wrote as well: what is left is taken next.
        if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOSPC') throw error;
      }
    }
  };
  return {
    kind: 'a file system of its own',
    folder,
    fill,
    makeRoom: () => rmSync(ballast, { force: true }),
    remove: () => {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Without leave to mount: the kernel refuses the platform to write files beyond a size (RLIMIT_FSIZE), be it none at all. */
function limitedDisk(): Disk {
  const folder = mkdtempSync(path.join(tmpdir(), 'recto-disk-'));
  const limit = (soft: string): void => {
    for (const { pid: each, command } of processTree(platform.pid))
      if (each === platform.pid || command.includes('step-worker'))
        execFileSync('prlimit', ['--pid', String(each), `--fsize=${soft}:`]);
  };
  return {
    kind: 'a limit on what may be written',
    folder,
    fill: (left) => limit(String(left)),
    makeRoom: () => limit('unlimited'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const disk = mountedDisk() ?? limitedDisk();
let platform: LocalPlatform;
let pid: number;
const stored = (): string[] =>
  filesBelow(platform.dataDir).filter((file) => file.startsWith('buckets/') || /^tmp\/(front|steps)\//.test(file));

beforeAll(async () => {
  platform = await startLocalPlatform({}, path.join(disk.folder, 'data'));
  pid = platform.pid;
});
afterAll(async () => {
  await platform?.dispose();
  disk.remove();
});

describe(`a disk that runs full (${disk.kind})`, () => {
  test('refuses an upload that does not fit with storage_full and keeps nothing of it', async () => {
    const before = stored();
    disk.fill(12 * MB);
    const answer = await send(platform, 'huge.txt', Buffer.alloc(24 * MB, 'a'));
    expect(answer.problem).toMatchObject({ status: 507, code: 'storage_full' });
    expect(stored()).toEqual(before);
    expect(await listDocuments(platform)).toEqual([]);
  });

  test('says so in readyz, while the process stays up and answers reads', async () => {
    disk.fill(0);
    const ready = await readiness(platform);
    expect([ready.status, ready.ready]).toEqual([503, false]);
    expect(ready.dependencies.filter((each) => !each.ok)).toContainEqual(expect.objectContaining({ name: 'disk' }));
    expect((await platform.api('/healthz')).status).toBe(200);
  });

  test('takes files in again by itself when there is room', async () => {
    disk.makeRoom();
    expect((await readiness(platform)).status).toBe(200);
    const id = await sendOk(platform, 'after.txt', 'There is room again for this note.\n');
    expect(await ended(platform, id)).toMatchObject({ status: 'ready', error: null });
  }, 90_000);

  test('keeps what was under way until there is room, and then finishes all of it', async () => {
    const files = await chaosBatch(4, 'disk');
    const presign = await platform.api('/v1/documents', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ filename: 'signed.txt', contentType: 'text/plain' }),
    });
    const promised = presignedSchema.parse(await presign.json());
    const put = () => fetch(promised.upload.url, { method: 'PUT', body: 'Bytes for a promised document.\n' });
    const ids = await Promise.all(files.map((file) => sendOk(platform, file.name, file.bytes)));
    disk.fill(0);
    expect((await put()).status).toBe(507);
    const refused = await send(platform, 'late.txt', 'No room for this one.\n');
    expect(refused.problem).toMatchObject({ status: 507, code: 'storage_full' });
    await sleep(FULL_MS);
    const meanwhile = await Promise.all(ids.map((id) => getDocument(platform, id)));
    expect(meanwhile.filter((each) => each.status === 'failed')).toEqual([]);
    expect((await platform.api('/healthz')).status).toBe(200);
    disk.makeRoom();
    expect((await put()).status).toBe(200);
    expect(await ended(platform, promised.document.id, 90_000)).toMatchObject({ status: 'ready', error: null });
    for (const [n, id] of ids.entries()) {
      expect(await ended(platform, id, 90_000)).toMatchObject({ status: 'ready', error: null });
      expect(await textOf(platform, id)).toContain(files[n]?.marker);
    }
    expect(await listDocuments(platform)).toHaveLength(ids.length + 2);
    expect(stored().filter((file) => file.startsWith('tmp/'))).toEqual([]);
    expect(platform.pid).toBe(pid);
  }, 120_000);
});
