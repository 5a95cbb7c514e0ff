import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What this system lets us put around a child process, as argument prefixes; empty where it does not. */
export interface Isolation {
  /** A network namespace with no interface but a loopback that is down. */
  network: readonly string[];
  /** The child dies with the process that started it, even when that is killed. */
  parentDeath: readonly string[];
  /** Whether `prlimit` can set resource limits. */
  limits: boolean;
}

const works = async (command: string, args: readonly string[]): Promise<boolean> => {
  try {
    await run(command, [...args, 'true'], { timeout: 5_000 });
    return true;
  } catch (error) {
    // Not installed, not permitted, or not Linux: then the child runs without it, which the caller logs.
    if (error instanceof Error) return false;
    throw error;
  }
};

let detected: Promise<Isolation> | null = null;

/** Tried once for the process, by running `true` inside each. */
export function detectIsolation(): Promise<Isolation> {
  detected ??= (async () => {
    const [root, user, death, limits] = await Promise.all([
      works('unshare', ['--net']),
      works('unshare', ['--user', '--map-root-user', '--net']),
      works('setpriv', ['--pdeathsig', 'KILL']),
      works('prlimit', ['--core=0']),
    ]);
    return {
      network: root ? ['unshare', '--net'] : user ? ['unshare', '--user', '--map-root-user', '--net'] : [],
      parentDeath: death ? ['setpriv', '--pdeathsig', 'KILL'] : [],
      limits,
    };
  })();
  return detected;
}
