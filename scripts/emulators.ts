// Stand-ins for the cloud's services on this machine: the Firestore and Pub/Sub emulators of the Google Cloud CLI, and
// fake-gcs-server for Cloud Storage.
//   npm run emulators                        starts them, prints what to export, and stays until Ctrl+C
//   node scripts/emulators.ts -- <command>   starts what is installed, runs the command with them, and ends with its status
// With REQUIRE_SERVICES=1 a missing one is installed where that is possible, and a failure where it is not.
// A service whose variable is set already runs elsewhere and is left alone.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { type Emulator, emulators } from './emulators/services.ts';

const READY_MS = 60_000;
const POLL_MS = 50;

const say = (line: string): void => void process.stderr.write(`emulators: ${line}\n`);

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

interface Running {
  variable: string;
  value: string;
  child: ChildProcess;
}

/** Once it answers. */
async function start(
  emulator: Emulator,
  command: readonly string[],
  folder: string,
  others: Readonly<Record<string, string>>,
): Promise<Running> {
  const port = await freePort();
  const logFile = path.join(folder, `${emulator.key}.log`);
  const log = openSync(logFile, 'a');
  const [program = '', ...args] = emulator.arguments(command, port, folder);
  // A group of its own, so that the JVM behind a start script ends with it.
  const child = spawn(program, args, {
    stdio: ['ignore', log, log],
    detached: true,
    env: { ...process.env, ...others },
  });
  closeSync(log);
  let gone = false;
  child.once('exit', () => {
    gone = true;
  });
  child.once('error', () => {
    gone = true;
  });
  const until = Date.now() + READY_MS;
  while (!(await answers(`http://127.0.0.1:${port}${emulator.probe}`))) {
    if (gone || Date.now() > until) {
      stop(child);
      throw new Error(`${emulator.name} did not start:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return { variable: emulator.variable, value: `127.0.0.1:${port}`, child };
}

const envOf = (running: readonly Running[]): Record<string, string> =>
  Object.fromEntries(running.map(({ variable, value }) => [variable, value]));

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await answer.body?.cancel();
    return true;
  } catch {
    return false; // not up yet
  }
}

function stop({ pid, exitCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Ended meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function main(): Promise<number> {
  const split = process.argv.indexOf('--');
  const command = split === -1 ? [] : process.argv.slice(split + 1);
  const required = process.env.REQUIRE_SERVICES === '1';
  mkdirSync(tmpdir(), { recursive: true });
  const folder = mkdtempSync(path.join(tmpdir(), 'recto-emulators-'));
  const running: Running[] = [];
  const end = (): void => {
    for (const { child } of running) stop(child);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', end);
  const wanted = emulators.filter(({ variable }) => (process.env[variable] ?? '') === '');
  const startOne = async (emulator: Emulator): Promise<void> => {
    const found = emulator.find() ?? (required ? await emulator.install?.() : null) ?? null;
    if (found === null) {
      if (required) throw new Error(`${emulator.name} is missing. ${emulator.howTo}`);
      say(`${emulator.name} is not installed; its tests are reported as not run. ${emulator.howTo}`);
      return;
    }
    running.push(await start(emulator, found, folder, envOf(running)));
  };
  // The storage server last: it tells the Pub/Sub emulator of new objects.
  for (const group of [wanted.filter(({ last }) => !last), wanted.filter(({ last }) => last)]) {
    const failed = (await Promise.allSettled(group.map(startOne))).find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
  const env = envOf(running);
  if (command.length === 0) {
    for (const [name, value] of Object.entries(env)) process.stdout.write(`export ${name}=${value}\n`);
    say('running; Ctrl+C ends them');
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
      // Something has to keep the process alive until then.
      setInterval(() => undefined, 3_600_000);
    });
    return 0;
  }
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
