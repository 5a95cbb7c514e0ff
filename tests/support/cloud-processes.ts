import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const FRAMEWORK = path.join(REPOSITORY, 'node_modules/@google-cloud/functions-framework/build/src/main.js');
const READY_MS = 60_000;

/** A process of the cloud shape: a function of its bundle, or a service. */
export interface CloudProcess {
  readonly name: string;
  readonly url: string;
  /** What it printed so far, at most the last 200,000 characters. */
  output(): string;
  /** Ready when it answers. */
  start(env?: Readonly<Record<string, string>>): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export function cloudProcess(params: {
  name: string;
  port: number;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Whether it answers. */
  ready: (url: string) => Promise<boolean>;
}): CloudProcess {
  const { name, port, args, env, ready } = params;
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  let printed = '';
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    // As long as Cloud Run waits.
    await Promise.race([ended, sleep(10_000).then(() => running.kill('SIGKILL'))]);
  };
  return {
    name,
    url,
    output: () => printed,
    stop,
    start: async (more = {}) => {
      const started = spawn(process.execPath, [...args], {
        cwd: REPOSITORY,
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env, ...more, PORT: String(port) },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      const keep = (chunk: Buffer): void => {
        printed = (printed + chunk.toString()).slice(-200_000);
      };
      started.stdout.on('data', keep);
      started.stderr.on('data', keep);
      const deadline = Date.now() + READY_MS;
      while (!(await ready(url).catch(() => false))) {
        if (started.exitCode !== null || Date.now() > deadline) {
          await stop('SIGKILL');
          throw new Error(`${name} did not start:\n${printed.slice(-4000)}`);
        }
        await sleep(50);
      }
    },
  };
}

/** Answers at all: a function has no path that everybody may ask. */
const answers = async (url: string): Promise<boolean> => {
  const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5000) });
  await answer.body?.cancel();
  return true;
};

/** A function, run by the functions framework from its bundle. */
export const functionProcess = (
  name: string,
  port: number,
  env: Readonly<Record<string, string>>,
  dist = path.join(REPOSITORY, 'dist'),
): CloudProcess =>
  cloudProcess({
    name,
    port,
    args: [FRAMEWORK, '--target=handle', `--source=${path.join(dist, 'cloud', name)}`],
    env: { NODE_ENV: 'production', LOG_EXECUTION_ID: 'true', ...env },
    ready: answers,
  });

/** A service of the repository, by its entry point. */
export const serviceProcess = (
  name: string,
  port: number,
  entry: string,
  env: Readonly<Record<string, string>>,
  ready: (url: string) => Promise<boolean>,
): CloudProcess => cloudProcess({ name, port, args: [path.join(REPOSITORY, entry)], env, ready });
