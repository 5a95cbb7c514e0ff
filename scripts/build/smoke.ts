import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const DEADLINE_MS = 30_000;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}

/** Starts the bundled platform on a folder of its own and waits until it is healthy; throws with its output if it is not. */
export async function proveThatItStarts(bundle: string): Promise<void> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'recto-build-'));
  const port = await freePort();
  const child = spawn(process.execPath, [bundle, '--no-samples'], {
    env: { ...process.env, PORT: String(port), RECTO_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      printed = (printed + chunk.toString()).slice(-20_000);
    });
  try {
    const started = Date.now();
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
      if (answer?.ok === true) break;
      if (child.exitCode !== null || Date.now() - started > DEADLINE_MS)
        throw new Error(`The bundle did not start (exit code ${child.exitCode}):\n${printed}`);
      await sleep(50);
    }
    process.stdout.write(`the bundle was healthy after ${Date.now() - started} ms\n`);
  } finally {
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(15_000).then(() => child.kill('SIGKILL'))]);
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}
