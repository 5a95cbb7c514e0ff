import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { EmbeddedConverter } from '#shared/adapters/embedded/converter.ts';
import { startConverter } from '#tests/support/converter-fixture.ts';
import { converterContract } from './converter.ts';

describe('the embedded converter', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'recto-converter-'));
  const converter: EmbeddedConverter = startConverter(folder, { docWorkers: 2 });
  afterAll(async () => {
    await converter.close();
    rmSync(folder, { recursive: true });
  });

  converterContract(async () => converter);

  it('leaves no file behind', () => {
    const own = readdirSync(folder).map((name) => path.join(folder, name));
    expect(own).toHaveLength(1);
    const kept = readdirSync(own[0] ?? folder).filter((name) => !name.startsWith('office-'));
    expect(kept).toEqual([]);
  });
});
