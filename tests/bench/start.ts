/** `npm start` when everything is installed: how long until the platform answers, and what it holds while idle. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processTree } from '../chaos/process-tree.ts';
import { freePort } from '../support/local-platform.ts';
import { percentile, report } from './report.ts';

const ROUNDS = 5;
const readies: number[] = [];
const memories: number[] = [];
const proportional: number[] = [];

/** Sum over the processes of a field of /proc/<pid>/smaps_rollup, MB. */
function memory(pids: readonly number[], field: 'Rss' | 'Pss'): number {
  const kilobytes = pids.map((pid) =>
    Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0),
  );
  return kilobytes.reduce((sum, value) => sum + value, 0) / 1024;
}

for (let round = 0; round < ROUNDS; round++) {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'recto-bench-start-'));
  const port = await freePort();
  const began = performance.now();
  const child = spawn('npm', ['start', '--silent', '--', '--no-samples'], {
    env: { ...process.env, PORT: String(port), RECTO_DATA_DIR: dataDir },
    stdio: 'ignore',
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('npm did not start');
  const url = `http://127.0.0.1:${port}/readyz`;
  while (
    !(await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    ))
  )
    await sleep(10);
  readies.push(performance.now() - began);
  await sleep(4000);
  const platform = processTree(pid).filter(
    ({ command }) => /functions\/|scripts\/start\.mjs/.test(command) && !command.startsWith('sh '),
  );
  memories.push(
    memory(
      platform.map((entry) => entry.pid),
      'Rss',
    ),
  );
  proportional.push(
    memory(
      platform.map((entry) => entry.pid),
      'Pss',
    ),
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-pid, 'SIGTERM');
  await ended;
  await sleep(500);
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
}
report('start', [
  { name: 'npm start to ready, p50', ours: percentile(readies, 0.5), peer: null, unit: 'ms', goal: '<= 3000' },
  { name: 'npm start to ready, worst', ours: Math.max(...readies), peer: null, unit: 'ms' },
  {
    name: 'idle memory without models (RSS of both processes)',
    ours: percentile(memories, 0.5),
    peer: null,
    unit: 'MB',
    goal: '<= 250',
  },
  {
    name: 'idle memory without models (PSS: shared pages once)',
    ours: percentile(proportional, 0.5),
    peer: null,
    unit: 'MB',
  },
]);
