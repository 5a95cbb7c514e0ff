import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');

export interface LocalPlatform {
  url: string;
  dataDir: string;
  /** The demo tenant's key, with every scope. */
  apiKey: string;
  pid: number;
  /** Calls the API as the demo tenant. */
  api(path: string, init?: RequestInit): Promise<Response>;
  /** Everything the platform printed so far. */
  output(): string;
  /** kill -9, the data stays. */
  kill(): Promise<void>;
  /** SIGTERM and wait; the data stays. */
  stop(): Promise<void>;
  /** Starts again on the same data and port. */
  restart(env?: Record<string, string>): Promise<void>;
  /** Stops and removes the data. */
  dispose(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Starts the whole platform as a user would (without samples), on a free port and a folder of its own. */
export async function startLocalPlatform(
  env: Record<string, string> = {},
  dataDir = mkdtempSync(path.join(tmpdir(), 'recto-e2e-')),
): Promise<LocalPlatform> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  let printed = '';
  const start = async (more: Record<string, string> = {}): Promise<void> => {
    const started = spawn(process.execPath, [path.join(REPOSITORY, 'scripts/start.mjs'), '--no-samples'], {
      cwd: REPOSITORY,
      env: { ...process.env, RECTO_LOG_LEVEL: 'warn', ...env, ...more, PORT: String(port), RECTO_DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    const keep = (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-200_000);
    };
    started.stdout.on('data', keep);
    started.stderr.on('data', keep);
    await untilReady(url, started, () => printed);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await Promise.race([ended, sleep(20_000).then(() => running.kill('SIGKILL'))]);
  };
  await start();
  const keyFile = path.join(dataDir, 'demo-api-key');
  const apiKey = existsSync(keyFile) ? readFileSync(keyFile, 'utf8').trim() : '';
  return {
    url,
    dataDir,
    apiKey,
    get pid() {
      return child?.pid ?? 0;
    },
    api: (target, init = {}) =>
      fetch(new URL(target, url), {
        ...init,
        headers: { authorization: `Bearer ${apiKey}`, ...Object.fromEntries(new Headers(init.headers)) },
      }),
    output: () => printed,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    restart: start,
    dispose: async () => {
      await end('SIGTERM');
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function untilReady(url: string, child: ChildProcess, printed: () => string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the platform ended with ${child.exitCode}:\n${printed()}`);
    const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2000) }).catch(() => null);
    // It says so when the demo tenant's key is there as well.
    if (answer?.ok === true && printed().includes('Recto is ready')) return;
    await sleep(50);
  }
  child.kill('SIGKILL');
  throw new Error(`the platform was not ready in time:\n${printed()}`);
}

/** Asks until the answer satisfies, else throws what was seen last. */
export async function eventually<T>(
  ask: () => Promise<T>,
  satisfied: (value: T) => boolean,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (satisfied(value)) return value;
    if (Date.now() > deadline) throw new Error(`not in time; last seen: ${JSON.stringify(value)?.slice(0, 2000)}`);
    await sleep(100);
  }
}
