import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * One platform at a time may use a data folder. Returns how to let go; a lock whose process is gone is taken over.
 * Throws when another platform is running there.
 */
export function lockDataDir(dataDir: string): () => void {
  const file = path.join(dataDir, 'platform.pid');
  mkdirSync(dataDir, { recursive: true });
  for (;;) {
    try {
      writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
    }
    const holder = Number(readFileSync(file, 'utf8'));
    if (isPlatform(holder)) {
      throw new Error(
        `Another platform (process ${holder}) is running on ${dataDir}. Stop it, or start with RECTO_DATA_DIR=<another folder>.`,
      );
    }
    rmSync(file, { force: true });
  }
}

/** Whether the process lives and is one of ours: ids are used again after a restart of the machine. */
function isPlatform(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('functions');
  } catch {
    // No /proc on this system: alive is all that can be known.
    return true;
  }
}
