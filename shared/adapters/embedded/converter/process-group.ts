import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';

export interface GroupOptions {
  command: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  stdio: StdioOptions;
}

/** Starts a child as the leader of its own process group, so that all it starts can be killed with it. */
export function startGroup(options: GroupOptions): ChildProcess {
  const [file, ...args] = options.command;
  if (file === undefined) throw new TypeError('a command has at least a program');
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: { ...options.env },
    stdio: options.stdio,
    detached: true,
    serialization: 'advanced',
  });
  if (child.pid !== undefined) shareOurNiceness(child.pid);
  return child;
}

/**
 * A group of its own is a session of its own, and Linux with autogroups (sched(7)) schedules sessions as equals, whatever
 * the nice value that the child inherits: so the session is given ours.
 */
function shareOurNiceness(pid: number): void {
  const nice = os.getPriority();
  if (nice <= 0) return;
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(nice));
  } catch (error) {
    // No autogroups here, then the nice value counts; or the child has ended already.
    if (!(error instanceof Error)) throw error;
  }
}

/** SIGKILL to the whole group; stopped processes die of it too. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // ESRCH: all of them have ended already.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Resident bytes of a process, from /proc; null where that cannot be told. */
export async function residentBytes(pid: number): Promise<number | null> {
  try {
    const pages = Number((await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1]);
    return Number.isFinite(pages) ? pages * 4096 : null;
  } catch (error) {
    // It ended meanwhile, or the system has no /proc.
    if (error instanceof Error) return null;
    throw error;
  }
}

/** The environment a child gets: what a program needs to run, nothing of ours (tokens, connection strings). */
export function bareEnvironment(home: string): Record<string, string> {
  const kept: Record<string, string> = { HOME: home, TMPDIR: home, LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
  for (const name of ['PATH', 'FONTCONFIG_PATH', 'FONTCONFIG_FILE', 'SAL_USE_VCLPLUGIN']) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
