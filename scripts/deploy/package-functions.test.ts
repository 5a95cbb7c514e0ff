import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { functions } from '../../infra/workloads.ts';
import { readZipDirectory } from '../../shared/domain/sniff/zip.ts';
import { BUNDLES, packageFunctions } from './package-functions.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'recto-package-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function bundle(name: string, text = 'export const handle = 1;\n'): void {
  const folder = path.join(root, BUNDLES, name, 'lib');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, '../index.js'), text);
  writeFileSync(path.join(folder, 'münze.txt'), 'x'.repeat(10_000));
}

test('a bundle becomes a zip file with its files, named by their content', async () => {
  for (const { name } of functions) bundle(name);
  const { api } = packageFunctions(root);
  const bytes = readFileSync(api?.file ?? '');
  const entries = await readZipDirectory({
    size: bytes.length,
    read: async (start, end) => bytes.subarray(start, end),
  });
  expect(entries.map(({ name, size }) => [name, size])).toEqual([
    ['index.js', 25],
    ['lib/münze.txt', 10_000],
  ]);
  const first = entries[0];
  const start = (first?.offset ?? 0) + 30 + 'index.js'.length;
  expect(inflateRawSync(bytes.subarray(start, start + (first?.compressedSize ?? 0))).toString()).toBe(
    'export const handle = 1;\n',
  );
});

test('the same files give the same archive, others another', () => {
  for (const { name } of functions) bundle(name);
  const before = packageFunctions(root);
  bundle('api', 'export const handle = 2;\n');
  const after = packageFunctions(root);
  expect(after.ingest).toEqual(before.ingest);
  expect(after.api?.sha256).not.toBe(before.api?.sha256);
});

test('functions without a bundle are named', () => {
  bundle('api');
  expect(() => packageFunctions(root)).toThrow(/ingest, step-convert.*npm run build/);
});
