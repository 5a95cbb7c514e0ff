import { type ChildProcess, spawn } from 'node:child_process';
import os from 'node:os';
import { createInterface } from 'node:readline';
import { RectoError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';

export interface ServiceProcessOptions {
  /** Absolute path of the service's entry; runs under the same Node as this process. */
  entry: string;
  clock: Clock;
  log: Logger;
  env?: Readonly<Record<string, string>>;
  /** Of the child: 0 as this process, 19 the last in line. Default 0. */
  niceness?: number;
  /** True (default): started at first need, and ended when idle. False: started now, and kept. */
  lazy?: boolean;
  /** A lazy service without work for so long is ended: its models' memory is given back. Default 5 min. */
  idleShutdownMs?: number;
  /** From the spawn to readiness. Default 60 s. */
  startTimeoutMs?: number;
}

export type ServiceState = 'stopped' | 'starting' | 'running' | 'failing' | 'closed';

/**
 * A service of our own as a child process on a free loopback port. It is started again when it dies (with a growing wait
 * while it dies before it was ready), and ends with this process however that ends: it watches its standard input.
 */
export interface ServiceProcess {
  /** Starts the service if it is not up, and keeps it up until `fn` settles. `dependency_unavailable` when it cannot be started. */
  use<T>(fn: (url: string) => Promise<T>): Promise<T>;
  url(): Promise<string>;
  state(): ServiceState;
  /** Null unless the child runs. */
  pid(): number | null;
  /** Ends the child (SIGTERM, then SIGKILL after 5 s) for good. */
  stop(): Promise<void>;
}

const FIRST_WAIT_MS = 250;
const MAX_WAIT_MS = 30_000;
/** A caller waits out so much of a restart's wait; beyond it is told at once. */
const PATIENCE_MS = 2_000;
const KILL_AFTER_MS = 5_000;
const READY_POLL_MS = 50;

export function createServiceProcess(options: ServiceProcessOptions): ServiceProcess {
  const { clock, log } = options;
  const lazy = options.lazy ?? true;
  const idleMs = options.idleShutdownMs ?? 300_000;
  let state: ServiceState = 'stopped';
  let child: ChildProcess | null = null;
  let starting: Promise<string> | null = null;
  let failures = 0;
  let nextStartAt = 0;
  let users = 0;
  let cancelIdle: () => void = () => {};

  const start = async (): Promise<string> => {
    const wait = nextStartAt - clock.now();
    if (wait > PATIENCE_MS)
      throw new RectoError(
        'dependency_unavailable',
        `The OCR service keeps failing to start; next try in ${wait} ms.`,
        {
          retryAfter: Math.ceil(wait / 1000),
        },
      );
    if (wait > 0) await clock.sleep(wait);
    if (state === 'closed') throw closed();
    state = 'starting';
    const spawned = spawn(process.execPath, [options.entry], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...inherited(), PORT: '0', OCR_EXIT_WITH_PARENT: '1', ...options.env },
    });
    child = spawned;
    unrefAll(spawned);
    if (spawned.pid !== undefined && options.niceness !== undefined) os.setPriority(spawned.pid, options.niceness);
    spawned.once('exit', (code, signal) => {
      if (child === spawned) died(code, signal);
    });
    // A child that ends while we write breaks the pipe; its exit is handled above.
    spawned.stdin?.on('error', (error) => log.debug('the service closed its input', { error: error.message }));
    try {
      const url = await becomesReady(spawned, options.startTimeoutMs ?? 60_000, log);
      state = 'running';
      failures = 0;
      return url;
    } catch (cause) {
      spawned.kill('SIGKILL');
      failed();
      throw new RectoError(
        'dependency_unavailable',
        'The OCR service did not start; see its log lines for the reason.',
        {
          cause,
        },
      );
    }
  };

  const failed = (): void => {
    nextStartAt = clock.now() + Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++);
    if (state !== 'closed') state = 'failing';
  };

  const died = (code: number | null, signal: NodeJS.Signals | null): void => {
    child = null;
    starting = null;
    if (state === 'closed' || state === 'stopped') return;
    log.warn('the OCR service ended', { exitCode: code, signal });
    if (state === 'running') failed();
    if (lazy && users === 0) return;
    clock.after(Math.max(0, nextStartAt - clock.now()), keepUp);
  };

  /** Brings a service that died back without a caller's asking. */
  const keepUp = (): void => {
    if (state === 'closed' || (lazy && users === 0)) return;
    url().catch((error: unknown) => {
      log.error('the OCR service could not be started', { error: String(error) });
      clock.after(Math.max(FIRST_WAIT_MS, nextStartAt - clock.now()), keepUp);
    });
  };

  const url = (): Promise<string> => {
    if (state === 'closed') return Promise.reject(closed());
    if (starting === null) {
      const attempt = start();
      starting = attempt;
      attempt.catch(() => {
        if (starting === attempt) starting = null;
      });
    }
    return starting;
  };

  const end = async (): Promise<void> => {
    const ending = child;
    child = null;
    starting = null;
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
    ending.ref();
    ending.kill('SIGTERM');
    const timer = setTimeout(() => ending.kill('SIGKILL'), KILL_AFTER_MS);
    await gone;
    clearTimeout(timer);
  };

  const idleSoon = (): void => {
    cancelIdle();
    if (!lazy || idleMs === 0) return;
    cancelIdle = clock.after(idleMs, () => {
      if (users > 0 || state !== 'running') return;
      state = 'stopped';
      log.info('the OCR service was idle and is ended until it is needed', { idleMs });
      void end();
    });
  };

  if (!lazy) keepUp();
  return {
    use: async (fn) => {
      users++;
      cancelIdle();
      try {
        return await fn(await url());
      } finally {
        users--;
        if (users === 0) idleSoon();
      }
    },
    url,
    state: () => state,
    pid: () => child?.pid ?? null,
    stop: async () => {
      state = 'closed';
      cancelIdle();
      await end();
    },
  };
}

const closed = (): RectoError =>
  new RectoError('dependency_unavailable', 'The OCR service was stopped with the platform.');

/** What the child needs of our environment; secrets of the platform stay here. */
function inherited(): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', 'LANG', 'TMPDIR', 'TZ', 'SystemRoot'])
    if (process.env[name] !== undefined) kept[name] = process.env[name];
  for (const [name, value] of Object.entries(process.env))
    if (name.startsWith('OCR_') && value !== undefined) kept[name] = value;
  return kept;
}

/** A child at work must not keep this process from ending. */
function unrefAll(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr])
    if (stream !== null && 'unref' in stream && typeof stream.unref === 'function') stream.unref();
}

/** Resolves with the base URL when `/readyz` answers 200; rejects when the child ends or the time is up. */
async function becomesReady(child: ChildProcess, timeoutMs: number, log: Logger): Promise<string> {
  const deadline = Date.now() + timeoutMs;
  let url: string | null = null;
  let ended: string | null = null;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended = `it ended with ${signal ?? code}`;
  });
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const port = portIn(line);
      if (port !== null) url = `http://127.0.0.1:${port}`;
      log.debug('ocr service', { line: line.slice(0, 2000) });
    });
  if (child.stderr !== null)
    createInterface({ input: child.stderr }).on('line', (line) =>
      log.warn('ocr service', { line: line.slice(0, 2000) }),
    );
  while (Date.now() < deadline) {
    if (ended !== null) throw new Error(`The service did not become ready: ${ended}.`);
    if (url !== null && (await answersReady(url))) return url;
    await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
  }
  throw new Error(`The service was not ready after ${timeoutMs} ms.`);
}

function portIn(line: string): number | null {
  const found = /"message":"[^"]*listening","port":(\d+)/.exec(line);
  return found?.[1] === undefined ? null : Number(found[1]);
}

async function answersReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    // Not listening yet: the caller asks again until its deadline.
    return false;
  }
}
