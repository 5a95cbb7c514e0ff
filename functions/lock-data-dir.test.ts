import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockDataDir } from './lock-data-dir.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'recto-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a folder that a living process holds is refused, with what to do', () => {
  // The parent of this process lives as long as the test; its start is not known to the lock's writer on every system.
  writeFileSync(path.join(folder, 'platform.pid'), `${process.ppid} ${startTicks(process.ppid)}\n`);
  expect(() => lockDataDir(folder)).toThrow(/RECTO_DATA_DIR/);
});

test('the lock of a process that is gone is taken over, and let go', () => {
  writeFileSync(path.join(folder, 'platform.pid'), '4194304 1\n');
  lockDataDir(folder)();
  lockDataDir(folder)();
});

test('a process that merely has the id of the former holder does not hold the lock', () => {
  writeFileSync(path.join(folder, 'platform.pid'), `${process.ppid} 1\n`);
  expect(() => lockDataDir(folder)).not.toThrow();
});

test('a folder that cannot be used is named, with what to do', () => {
  writeFileSync(path.join(folder, 'file'), '');
  expect(() => lockDataDir(path.join(folder, 'file', 'data'))).toThrow(/cannot be used: .*RECTO_DATA_DIR/s);
});

test("a new folder is its owner's alone", () => {
  const made = path.join(folder, 'data');
  lockDataDir(made);
  expect(statSync(made).mode & 0o077).toBe(0);
});

test('of many that start at once over a stale lock, one gets the folder', async () => {
  writeFileSync(path.join(folder, 'platform.pid'), '4194304 1\n');
  const script = `import { lockDataDir } from ${JSON.stringify(path.join(import.meta.dirname, 'lock-data-dir.ts'))};
    try { lockDataDir(${JSON.stringify(folder)}); console.log('held'); setTimeout(() => {}, 1500); } catch { console.log('refused'); }`;
  const file = path.join(folder, 'contender.mjs');
  writeFileSync(file, script);
  const run = promisify(execFile);
  const answers = await Promise.all(Array.from({ length: 6 }, () => run(process.execPath, [file])));
  expect(answers.map(({ stdout }) => stdout.trim()).filter((answer) => answer === 'held')).toHaveLength(1);
});

function startTicks(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
