import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openKeyRing } from './key-ring.ts';

const folderOf = (): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'recto-keys-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'keys');
};

it('makes its first key readable by its owner alone, and finds it again', () => {
  const folder = folderOf();
  const first = openKeyRing(folder).derive(1, 'a', 'b');
  expect(readdirSync(folder)).toEqual(['master-1.key']);
  expect(statSync(path.join(folder, 'master-1.key')).mode & 0o777).toBe(0o600);
  expect(openKeyRing(folder).derive(1, 'a', 'b')).toEqual(first);
});

it('derives unrelated keys for different names and versions', () => {
  const ring = openKeyRing(folderOf());
  ring.rotate();
  const keys = [ring.derive(1, 'a', 'b'), ring.derive(1, 'ab'), ring.derive(1, 'b', 'a'), ring.derive(2, 'a', 'b')];
  expect(new Set(keys.map((key) => key?.toString('hex'))).size).toBe(4);
  expect(ring.derive(3, 'a')).toBeNull();
});

it('keeps older versions after a rotation', () => {
  const folder = folderOf();
  const ring = openKeyRing(folder);
  const old = ring.derive(1, 'a');
  expect(ring.rotate()).toBe(2);
  const again = openKeyRing(folder);
  expect(again.current()).toBe(2);
  expect(again.derive(1, 'a')).toEqual(old);
});

it('sweeps what a crash left while a key was made', () => {
  const folder = folderOf();
  openKeyRing(folder);
  writeFileSync(path.join(folder, '1-abc.new'), 'half');
  openKeyRing(folder);
  expect(readdirSync(folder)).toEqual(['master-1.key']);
});

it('refuses a key file that others can read or that is damaged', () => {
  const folder = folderOf();
  openKeyRing(folder);
  const file = path.join(folder, 'master-1.key');
  chmodSync(file, 0o644);
  expect(() => openKeyRing(folder)).toThrow(/chmod 600/);
  chmodSync(file, 0o600);
  truncateSync(file, 7);
  expect(() => openKeyRing(folder)).toThrow(/damaged/);
});

it('finds the key that another process has added', () => {
  const folder = folderOf();
  const ring = openKeyRing(folder);
  const other = openKeyRing(folder);
  other.rotate();
  expect(ring.derive(2, 'a')).toEqual(other.derive(2, 'a'));
  expect(ring.current()).toBe(2);
});
