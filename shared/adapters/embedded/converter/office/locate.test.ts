import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPython } from './locate.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'recto-locate-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, script: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

describe('the Python of LibreOffice', () => {
  it('is the first that has the bridge; one that is not there or without it is passed over', async () => {
    const has = program('has', 'exit 0');
    const candidates = [path.join(folder, 'absent'), program('without', 'exit 1'), has];
    expect(await findPython(candidates)).toBe(has);
    expect(await findPython(candidates.slice(0, 2))).toBeNull();
  });

  it.each([
    ['was killed', 'kill -9 $$'],
    ['took too long', 'exec sleep 30'],
  ])('is not called missing when the question %s: it is asked again', async (_, script) => {
    const cut = program(`cut-${script.length}`, script);
    await expect(findPython([cut], 500)).rejects.toMatchObject({ code: 'conversion_unavailable', class: 'transient' });
  });
});
