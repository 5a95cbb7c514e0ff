import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const MAX_TRIES = 100;

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
  const aside = `${file}.${process.pid}`;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (take(dataDir, file, aside)) return () => rmSync(file, { force: true });
    const held = readIfThere(file);
    if (held === null) continue;
    const [pid = '', start = ''] = held.trim().split(' ');
    if (runs(Number(pid), start)) {
      throw new Error(
        `Another platform (process ${pid}) is running on ${dataDir}. Stop it, or start with RECTO_DATA_DIR=<another folder>.`,
      );
    }
    removeStale(file, aside, held);
  }
  throw unusable(dataDir, new Error(`its lock ${file} keeps changing`));
}

/** True when the lock is ours now. It appears with its content or not at all, so nobody reads half a lock. */
function take(dataDir: string, file: string, aside: string): boolean {
  try {
    writeFileSync(aside, `${process.pid} ${startOf(process.pid) ?? ''}\n`);
    linkSync(aside, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw unusable(dataDir, error);
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Moves the stale lock out of the way; if another process has just taken it over, puts theirs back. */
function removeStale(file: string, aside: string, stale: string): void {
  try {
    renameSync(file, aside);
    if (readFileSync(aside, 'utf8') !== stale) linkSync(aside, file);
  } catch (error) {
    // ENOENT: somebody else has removed it. EEXIST: somebody else holds it by now. The next look tells.
    if (!(error instanceof Error && 'code' in error)) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
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
