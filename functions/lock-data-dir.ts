import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * One platform at a time may use a data folder. Returns how to let go; a lock whose process is gone is taken over.
 * Throws when another platform is running there.
 */
export function lockDataDir(dataDir: string): () => void {
  const file = path.join(dataDir, 'platform.pid');
  try {
    // Documents as they came in lie here: other users of the machine have no business in it.
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unusable(dataDir, error);
  }
  for (;;) {
    try {
      writeFileSync(file, `${process.pid} ${startOf(process.pid) ?? ''}\n`, { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw unusable(dataDir, error);
    }
    const [pid = '', start = ''] = readFileSync(file, 'utf8').trim().split(' ');
    if (runs(Number(pid), start)) {
      throw new Error(
        `Another platform (process ${pid}) is running on ${dataDir}. Stop it, or start with RECTO_DATA_DIR=<another folder>.`,
      );
    }
    rmSync(file, { force: true });
  }
}

function unusable(dataDir: string, error: unknown): Error {
  const why = error instanceof Error ? error.message : String(error);
  return new Error(
    `The data folder ${dataDir} cannot be used: ${why}. Make it a folder that you can write to, or start with RECTO_DATA_DIR=<another folder>.`,
  );
}

/** Whether the process lives and is the one that took the lock: ids are used again. */
function runs(pid: number, start: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const now = startOf(pid);
  // Without /proc, alive is all that can be known.
  return now === null || now === start;
}

/** When the process started, in ticks since boot; null where the system does not tell. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
