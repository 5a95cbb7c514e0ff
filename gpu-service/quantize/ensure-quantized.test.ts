import { appendFile, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generatedPages } from '../calibration/generated-pages.ts';
import { sameBestClass } from './calibrate/agreement.ts';
import { lineSamples } from './calibrate/samples.ts';
import { ensureQuantized, sha256 } from './ensure-quantized.ts';
import { QUANTIZABLE } from './models.ts';
import { openModel, type Sample } from './onnx/run.ts';
import { findRecipe } from './recipe.ts';

const [, tiny, small] = QUANTIZABLE;
if (tiny?.keyFile === undefined || small?.keyFile === undefined) throw new Error('The recognizers are gone.');

let cacheDir: string;
beforeEach(async () => {
  cacheDir = await mkdtemp(path.join(tmpdir(), 'recto-quantized-'));
});
afterEach(() => rm(cacheDir, { recursive: true, force: true }));

const request = () => ({
  source: tiny.source,
  variant: { precision: 'int8', classes: 'latin' } as const,
  keyFile: tiny.keyFile ?? '',
  cacheDir,
});
const LONG_AGO = new Date('2001-01-01T00:00:00Z');

describe('ensureQuantized', () => {
  it('makes the files once and finds them again', async () => {
    const made = await ensureQuantized(request());
    await utimes(made.model, LONG_AGO, LONG_AGO);
    expect(await ensureQuantized(request())).toEqual(made);
    expect((await stat(made.model)).mtime).toEqual(LONG_AGO);
    expect((await readFile(made.keyFile ?? '', 'utf8')).split('\n').slice(0, 3)).toEqual(['!', '"', '#']);
  });

  it('makes damaged files again, the very same', async () => {
    const made = await ensureQuantized(request());
    const before = sha256(await readFile(made.model));
    await appendFile(made.model, 'x');
    await ensureQuantized(request());
    expect(sha256(await readFile(made.model))).toBe(before);
    await writeFile(made.keyFile ?? '', 'cut off');
    await ensureQuantized(request());
    expect((await readFile(made.keyFile ?? '', 'utf8')).length).toBeGreaterThan(1000);
    await rm(made.model);
    await ensureQuantized(request());
    expect(sha256(await readFile(made.model))).toBe(before);
  });

  it('serves many that ask at once with whole files, and leaves nothing behind', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => ensureQuantized(request())));
    expect(new Set(all.map((one) => one.model)).size).toBe(1);
    expect((await readdir(cacheDir)).map((name) => path.extname(name)).sort()).toEqual(['.json', '.onnx', '.txt']);
  });

  it('keeps variants apart and says which is which', async () => {
    const whole = await ensureQuantized({ ...request(), variant: { precision: 'fp32', classes: 'all' } });
    const cut = await ensureQuantized(request());
    expect(whole.version).toMatch(/^PP-OCRv6_tiny_rec\.fp32-all\.[0-9a-f]{16}$/);
    expect(cut.version).toMatch(/^PP-OCRv6_tiny_rec\.int8-latin\.[0-9a-f]{16}$/);
    expect(whole.keyFile).toBe(tiny.keyFile);
  });

  it('says what to do about a model that was never calibrated', async () => {
    const source = path.join(cacheDir, 'PP-OCRv6_tiny_rec.onnx');
    const bytes = await readFile(tiny.source);
    // One bit of a weight: another model of the same name.
    const at = bytes.length >> 1;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(source, bytes);
    await expect(ensureQuantized({ ...request(), source })).rejects.toThrow(/no recipe for this model.*--calibrate/s);
  });
});

describe('the checked-in recipes', () => {
  it('are for the models as they are', async () => {
    for (const model of QUANTIZABLE) {
      const recipe = await findRecipe(model.source, sha256(await readFile(model.source)));
      expect([model.name, recipe?.units.length ?? 0]).toEqual([model.name, expect.any(Number)]);
      expect(recipe?.units.length ?? 0).toBeGreaterThan(20);
    }
  });

  it('give an int8 recognizer that reads held-out lines as the fp32 one does', async () => {
    const files = await ensureQuantized({
      source: small.source,
      variant: { precision: 'int8', classes: 'all' },
      cacheDir,
    });
    const lines = lineSamples(generatedPages(3, 4242)).filter((_, at) => at % 12 === 0);
    const read = async (file: string): Promise<Sample[]> => {
      const runner = await openModel(await readFile(file));
      const found: Sample[] = [];
      for (const line of lines) found.push(...(await runner.run(line)).values());
      await runner.release();
      return found;
    };
    const [before, after] = [await read(small.source), await read(files.model)];
    const agreement = before.map((one, at) => sameBestClass(one, after[at] ?? one));
    expect(agreement.reduce((sum, one) => sum + one, 0) / lines.length).toBeGreaterThan(0.97);
  });
});
