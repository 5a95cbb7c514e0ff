import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, openAsBlob, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const DEADLINE_MS = 60_000;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}

/** Asks until there is an answer; fails when the platform has ended or the time is over. */
async function until<T>(child: ChildProcess, what: string, ask: () => Promise<T | null>): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`The bundle ${what} (exit code ${child.exitCode}).`);
    await sleep(50);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await ended;
  clearTimeout(kill);
}

/**
 * Starts the bundled platform on a folder of its own and has it read a photograph: that takes every process it has but
 * LibreOffice. Throws with what it printed when it does not get there.
 */
export async function proveThatItWorks(bundle: string, photograph: string): Promise<void> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'recto-build-'));
  const base = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(process.execPath, [bundle, '--no-samples'], {
    env: { ...process.env, PORT: new URL(base).port, RECTO_DATA_DIR: dataDir, RECTO_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-20_000);
    });
  try {
    const started = Date.now();
    await until(child, 'did not start', async () => {
      const answer = await fetch(`${base}/healthz`).catch(() => null);
      return answer?.ok === true ? true : null;
    });
    process.stdout.write(`the bundle answers after ${Date.now() - started} ms\n`);
    const headers = { authorization: `Bearer ${readFileSync(path.join(dataDir, 'demo-api-key'), 'utf8').trim()}` };
    const form = new FormData();
    form.set('file', await openAsBlob(photograph), path.basename(photograph));
    const uploaded = await fetch(`${base}/v1/documents`, { method: 'POST', headers, body: form });
    if (uploaded.status !== 202) throw new Error(`The bundle refused a file: ${await uploaded.text()}`);
    const status = await until(child, 'did not read a photograph', async () => {
      const listed = await (await fetch(`${base}/v1/documents?pageSize=1`, { headers })).text();
      return /"status":"(ready|partial|failed)"/.exec(listed)?.[1] ?? null;
    });
    if (status !== 'ready') throw new Error(`The bundle read a photograph and ended as ${status}.`);
    process.stdout.write(`the bundle has read a photograph after ${Date.now() - started} ms\n`);
  } catch (error) {
    process.stderr.write(`${printed}\n`);
    throw error;
  } finally {
    await stop(child);
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}
