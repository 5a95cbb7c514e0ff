import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createObjectStore } from '#shared/adapters/embedded/object-store.ts';
import type { WriteBytes } from '#shared/adapters/embedded/object-writer.ts';
import { createManualClock } from '#tests/support/manual-clock.ts';
import { temporaryFolder } from '#tests/support/temporary-folder.ts';
import { collect } from './object-store.ts';

/**
 * A disk of 2 MB that fills up. Where mounting is allowed (root on Linux) it is a real file system, so that every call on
 * the way can meet ENOSPC; elsewhere the lowest write fails with ENOSPC once 2 MB were written. Each test's name says which ran.
 */
interface SmallDisk {
  kind: 'a file system of 2 MB' | 'a simulated disk of 2 MB';
  root: string;
  write?: WriteBytes;
  /** Takes all the room that is left; the returned function gives it back. */
  fill(): () => void;
}

const mountable = ((): boolean => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const folder = path.join('/tmp', `recto-mount-probe-${process.pid}`);
  try {
    execFileSync('mkdir', ['-p', folder]);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
})();

function mountedDisk(): SmallDisk {
  const root = temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', root]);
  onTestFinished(() => void execFileSync('umount', ['-l', root]));
  const ballast = path.join(root, 'ballast');
  const fill = (): (() => void) => {
    const { bavail, bsize } = statfsSync(root);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize));
    return () => rmSync(ballast);
  };
  return { kind: 'a file system of 2 MB', root, fill };
}

function simulatedDisk(): SmallDisk {
  let room = 2 * 1024 * 1024;
  const write: WriteBytes = async (handle, bytes) => {
    if (room === 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const { bytesWritten } = await handle.write(bytes.subarray(0, room));
    room -= bytesWritten;
    return bytesWritten;
  };
  const fill = (): (() => void) => {
    const before = room;
    room = 0;
    return () => {
      room = before;
    };
  };
  return { kind: 'a simulated disk of 2 MB', root: temporaryFolder(), write, fill };
}

const disks = mountable ? [mountedDisk, simulatedDisk] : [simulatedDisk];
const full = expect.objectContaining({ code: 'storage_full', status: 507, class: 'transient' });
const filesOf = (root: string): string[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'ballast')
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();

for (const makeDisk of disks) {
  const name = makeDisk === mountedDisk ? 'a file system of 2 MB' : 'a simulated disk of 2 MB';

  const setup = () => {
    const disk = makeDisk();
    expect(disk.kind).toBe(name);
    const { root, write } = disk;
    const store = createObjectStore({
      root,
      clock: createManualClock(),
      signingKey: new Uint8Array(32),
      baseUrl: () => '',
      ...(write === undefined ? {} : { write }),
    });
    return { disk, one: store.forTenant('acme') };
  };

  it(`keeps the old object and nothing else when ${name} is full, and recovers by itself`, async () => {
    const { disk, one } = setup();
    const put = (key: string, size: number) =>
      one.put({ bucket: 'documents', key, body: Buffer.alloc(size, 1), mediaType: 'x/y' });
    const old = await put('kept', 100_000);
    const before = filesOf(disk.root);
    // Larger than the disk: fails half-way through its bytes.
    await expect(put('kept', 3 * 1024 * 1024)).rejects.toEqual(full);
    await expect(put('new/deep/key', 3 * 1024 * 1024)).rejects.toEqual(full);
    expect(filesOf(disk.root)).toEqual(before);
    // The simulated disk does not notice that the failed writes were taken back.
    if (disk.write !== undefined) return;
    await put('after', 500_000);
    const found = await one.get({ bucket: 'documents', key: 'kept' });
    expect(found?.info).toEqual(old);
  });

  it(`refuses small writes on ${name} without room for a byte, reads on, and writes again when there is room`, async () => {
    const { disk, one } = setup();
    const put = (key: string, text: string) =>
      one.put({ bucket: 'documents', key, body: Buffer.from(text), mediaType: 'x/y' });
    await put('kept', 'old');
    const before = filesOf(disk.root);
    const free = disk.fill();
    await expect(put('kept', 'new')).rejects.toEqual(full);
    await expect(put('fresh/folder/key', 'new')).rejects.toEqual(full);
    expect(filesOf(disk.root)).toEqual(before);
    const found = await one.get({ bucket: 'documents', key: 'kept' });
    expect(found === null ? null : (await collect(found.body)).toString()).toBe('old');
    free();
    await put('kept', 'new');
    expect((await one.head({ bucket: 'documents', key: 'kept' }))?.size).toBe(3);
  });
}
