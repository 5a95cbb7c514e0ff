import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseDeployment } from '../../infra/deployment.ts';
import { dryCommands } from './commands.ts';
import { buildImages, IMAGES, requireDockerfiles } from './images.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'recto-images-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('Dockerfiles that are missing are named', () => {
  for (const { dockerfile } of IMAGES.slice(1)) {
    mkdirSync(path.dirname(path.join(root, dockerfile)), { recursive: true });
    writeFileSync(path.join(root, dockerfile), '');
  }
  expect(() => requireDockerfiles(root)).toThrow(`without ${IMAGES[0].dockerfile}.`);
  mkdirSync(path.dirname(path.join(root, IMAGES[0].dockerfile)), { recursive: true });
  writeFileSync(path.join(root, IMAGES[0].dockerfile), '');
  expect(() => requireDockerfiles(root)).not.toThrow();
});

test('an image that is there is not built again, and none is built for a GPU that there is not', async () => {
  const lines: string[] = [];
  const dry = dryCommands((line) => lines.push(line));
  const dev = parseDeployment({ env: 'dev', project: 'my-project', release: 'abc' });
  const there = { ...dry, succeeds: async (_: string, args: readonly string[]) => args.join(' ').includes('/ocr:') };
  await buildImages(there, dev);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('images/converter:abc');
});
