import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const pages = globSync(['*.md', 'docs/**/*.md', 'samples/*.md', '.github/*.md'], { cwd: root });
const scripts = Object.keys(
  z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json'))).scripts,
);

test('docs/operations.md lists every variable of the configuration, and no other', () => {
  const sources = read('shared/config.ts') + read('gpu-service/config.ts');
  const known = [...sources.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map((match) => match[1]);
  const listed = [...read('docs/operations.md').matchAll(/^\| `([A-Z][A-Z_]+)` +\|/gm)].map((match) => match[1]);
  expect(known.length).toBeGreaterThan(5);
  const notOfThePlatform = new Set(['RECTO_SETUP_SYSTEM', 'RECTO_NO_BROWSER', 'RECTO_NO_MEDIA']);
  expect(listed.filter((name) => !notOfThePlatform.has(name ?? '')).sort()).toEqual(known.sort());
});

test('docs/operations.md gives the numbers that the configuration has as defaults', () => {
  const sources = read('shared/config.ts');
  const product = (text: string): number =>
    text.split('*').reduce((result, factor) => result * Number(factor.replaceAll('_', '')), 1);
  const known = [...sources.matchAll(/^ {2}([A-Z_]+): integer\(([\d_ *]+),/gm)].map(
    ([, name, value]) => `${name} ${product(value ?? '')}`,
  );
  const listed = [...read('docs/operations.md').matchAll(/^\| `([A-Z_]+)` +\| `(\d+)` +\|/gm)].map(
    ([, name, value]) => `${name} ${value}`,
  );
  expect(known.length).toBeGreaterThan(7);
  expect(listed).toEqual(expect.arrayContaining(known));
});

describe.each(pages)('%s', (page) => {
  const text = read(page);

  test('links to files that exist', () => {
    const targets = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((match) => match[1] ?? '');
    const missing = targets.filter(
      (target) => !/^[a-z]+:/.test(target) && !existsSync(path.resolve(root, path.dirname(page), target)),
    );
    expect(missing).toEqual([]);
  });

  test('names npm scripts that exist', () => {
    const named = [...text.matchAll(/npm run ([a-z][\w:-]*)/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });
});
