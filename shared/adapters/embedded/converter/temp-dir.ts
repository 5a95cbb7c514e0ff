import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

const PREFIX = 'converter-';

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to someone else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

/** A folder of this process alone under `base`; leftovers of processes that died are swept first. */
export async function createTempDir(base: string): Promise<string> {
  await mkdir(base, { recursive: true });
  for (const name of await readdir(base)) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (pid > 0 && !alive(pid)) await removeTree(path.join(base, name));
  }
  const dir = path.join(base, `${PREFIX}${process.pid}-${randomUUID().slice(0, 8)}`);
  await mkdir(dir, { mode: 0o700 });
  return dir;
}

export const removeTree = (dir: string): Promise<void> => rm(dir, { recursive: true, force: true, maxRetries: 3 });

/** A fresh folder for one call. */
export async function callDir(root: string): Promise<string> {
  const dir = path.join(root, randomUUID());
  await mkdir(dir, { mode: 0o700 });
  return dir;
}
