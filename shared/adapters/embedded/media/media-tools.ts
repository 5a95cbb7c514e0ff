import type { ChildProcess } from 'node:child_process';
import { RectoError } from '../../../domain/errors.ts';
import { detectIsolation } from '../converter/isolation.ts';
import { bareEnvironment, killGroup, startGroup } from '../converter/process-group.ts';

const MAX_MEMORY = 4 * 1024 ** 3;
const MAX_PRINTED = 8 * 1024 * 1024;

/**
 * Read from files alone: no network, no devices, no pipes. And of the containers those that hold their media themselves: a
 * playlist would have other files of this machine read in.
 */
export const ONLY_FILES = [
  ...['-protocol_whitelist', 'file'],
  ...['-format_whitelist', 'mov,mp4,m4a,matroska,webm,ogg,wav,mp3,flac,aac,avi'],
];

export interface ToolRun {
  program: 'ffmpeg' | 'ffprobe';
  args: readonly string[];
  /** The only place that it may write to; the caller's, and bounded. */
  dir: string;
  timeoutMs: number;
  maxOutputBytes: number;
  signal?: AbortSignal | undefined;
}

/**
 * Runs a media tool in a process group of its own: no network where the system permits that, our environment not given, its
 * time, memory and files limited. What it printed. Errors: `not_configured` where it is not installed, `file_corrupt`,
 * `conversion_timeout`, the signal's reason.
 */
export async function runTool(run: ToolRun): Promise<Buffer> {
  run.signal?.throwIfAborted();
  const isolation = await detectIsolation();
  const limits = isolation.limits
    ? ['prlimit', '--core=0', `--as=${MAX_MEMORY}`, `--fsize=${run.maxOutputBytes}`, `--cpu=${seconds(run.timeoutMs)}`]
    : [];
  const child = startGroup({
    command: [...isolation.network, ...isolation.parentDeath, ...limits, run.program, ...run.args],
    cwd: run.dir,
    env: bareEnvironment(run.dir),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return ended(child, run);
}

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000)) * 4;

function ended(child: ChildProcess, { program, timeoutMs, signal }: ToolRun): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const printed: Buffer[] = [];
    let size = 0;
    let said = '';
    const stop = (error: unknown): void => {
      finish();
      killGroup(child);
      reject(error);
    };
    const timer = setTimeout(
      () => stop(new RectoError('conversion_timeout', `${program} took longer than ${timeoutMs} ms and was stopped.`)),
      timeoutMs,
    );
    const onAbort = (): void => stop(signal?.reason);
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_PRINTED) stop(new RectoError('limit_exceeded', `${program} said more than ${MAX_PRINTED} bytes.`));
      else printed.push(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('latin1')).slice(-2_000);
    });
    child.once('error', stop);
    child.once('close', (code) => {
      finish();
      if (code === 0) resolve(Buffer.concat(printed));
      else if (code === 127 || /No such file or directory: .?ff|failed to execute ff/.test(said))
        reject(new RectoError('not_configured', `${program} is not installed; recordings cannot be redacted here.`));
      else
        reject(
          new RectoError('file_corrupt', `The recording cannot be read or written (${program} ended with ${code}).`, {
            cause: new Error(said),
          }),
        );
    });
  });
}
