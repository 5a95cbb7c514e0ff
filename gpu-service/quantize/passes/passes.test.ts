import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { generatedPages } from '../../calibration/generated-pages.ts';
import { keyFileCharset } from '../../ocr/charsets.ts';
import { decodeCtc } from '../../ocr/ctc.ts';
import { buildVariant, rewrite } from '../build-variant.ts';
import { lineSamples, pageSamples } from '../calibrate/samples.ts';
import { latinCut } from '../latin.ts';
import { QUANTIZABLE } from '../models.ts';
import { Graph } from '../onnx/graph.ts';
import { readModel, writeModel } from '../onnx/model.ts';
import { openModel, type Sample } from '../onnx/run.ts';
import { keepClasses } from './keep-classes.ts';
import { raiseOperators } from './raise-operators.ts';

const [detector, recognizer] = QUANTIZABLE;
const detectorBytes = await readFile(detector?.source ?? '');
const recognizerBytes = await readFile(recognizer?.source ?? '');
const keyFile = await readFile(recognizer?.keyFile ?? '', 'utf8');
const pages = generatedPages(2, 7, { width: 600 });
const lines = lineSamples(pages).slice(0, 8);

async function outputsOf(model: Uint8Array, samples: readonly Sample[]): Promise<Sample[]> {
  const runner = await openModel(model);
  const found: Sample[] = [];
  for (const sample of samples) found.push(...(await runner.run(sample)).values());
  await runner.release();
  return found;
}

function furthest(a: Sample | undefined, b: Sample | undefined): number {
  if (a === undefined || b === undefined || a.data.length !== b.data.length) return Number.NaN;
  return a.data.reduce((most, value, at) => Math.max(most, Math.abs(value - (b.data[at] ?? Number.NaN))), 0);
}

describe('rewriting a model without loss', () => {
  it('leaves the map of a detector as it was, with fewer steps to it', async () => {
    const graph = await rewrite(detectorBytes, 'fp32');
    expect(graph.nodes.map((one) => one.opType)).not.toContain('ConvTranspose');
    expect(graph.nodes.filter((one) => one.opType === 'Gelu')).toHaveLength(13);
    const [page] = pageSamples(pages.slice(0, 1), 320);
    if (page === undefined) throw new Error('No page was drawn.');
    const [before] = await outputsOf(detectorBytes, [page]);
    const [after] = await outputsOf(writeModel(graph.model), [page]);
    expect(after?.dims).toEqual(before?.dims);
    expect(furthest(before, after)).toBeLessThan(1e-3);
    expect(Math.max(...(before?.data ?? []))).toBeGreaterThan(0.9);
  });

  it('leaves the probabilities of a recognizer as they were', async () => {
    const before = await outputsOf(recognizerBytes, lines);
    const after = await outputsOf(writeModel((await rewrite(recognizerBytes, 'fp32')).model), lines);
    expect(Math.max(...before.map((one, at) => furthest(one, after[at])))).toBeLessThan(1e-3);
  });
});

describe('a recognizer cut down to Latin', () => {
  it('reads Latin lines as the whole one does, by its own key file', async () => {
    const cut = await buildVariant(recognizerBytes, { precision: 'fp32', classes: 'latin' }, { keyFile });
    const read = (outputs: Sample[], keys: string): string[] =>
      outputs.map(({ data, dims }) =>
        decodeCtc(data, 0, dims[1] ?? 0, keyFileCharset(keys))
          .map((glyph) => glyph.text)
          .join(''),
      );
    const whole = read(await outputsOf(recognizerBytes, lines), keyFile).map((text) => text.normalize('NFKC'));
    expect(read(await outputsOf(cut.model, lines), cut.keyFile ?? '')).toEqual(whole);
    expect(whole.join('')).toMatch(/[A-Za-z]{3}/);
    expect(cut.model.length).toBeLessThan(0.6 * recognizerBytes.length);
  });

  it('has the scores of the kept classes, shared out among them', async () => {
    const { classes } = latinCut(keyFile);
    const graph = await rewrite(recognizerBytes, 'fp32');
    keepClasses(graph, classes);
    const [whole] = await outputsOf(recognizerBytes, lines.slice(0, 1));
    const [cut] = await outputsOf(writeModel(graph.model), lines.slice(0, 1));
    const all = whole?.dims[2] ?? 0;
    for (const step of [0, 5, 9]) {
      const kept = classes.map((index) => whole?.data[step * all + index] ?? 0);
      const sum = kept.reduce((total, value) => total + value, 0);
      for (const [at, value] of kept.entries())
        expect(cut?.data[step * classes.length + at]).toBeCloseTo(value / sum, 3);
    }
  });

  it('is refused for a model that does not end in classes', async () => {
    const wanted = { precision: 'fp32', classes: 'latin' } as const;
    await expect(buildVariant(detectorBytes, wanted, { keyFile })).rejects.toThrow(
      'does not end in MatMul, Add and Softmax',
    );
    await expect(buildVariant(recognizerBytes, wanted, {})).rejects.toThrow('key file is needed');
    const graph = await rewrite(recognizerBytes, 'fp32');
    expect(() => keepClasses(graph, [0, 7000])).toThrow('there is no class 7000');
  });
});

describe('raising the operator version', () => {
  it('names the operator whose meaning it does not know', () => {
    const graph = new Graph(readModel(recognizerBytes));
    const squeeze = graph.nodes.find((one) => one.opType === 'Squeeze');
    if (squeeze === undefined) throw new Error('The model has no Squeeze.');
    squeeze.opType = 'Dropout';
    expect(() => raiseOperators(graph)).toThrow(/Cannot bring the operator Dropout \(.*\) from version 11 to 13/);
  });
});

describe('16-bit floats', () => {
  it('load on the CPU and find what 32-bit floats find', async () => {
    const { model } = await buildVariant(recognizerBytes, { precision: 'fp16', classes: 'all' }, {});
    expect(model.length).toBeLessThan(0.55 * recognizerBytes.length);
    const before = await outputsOf(recognizerBytes, lines);
    const after = await outputsOf(model, lines);
    expect(Math.max(...before.map((one, at) => furthest(one, after[at])))).toBeLessThan(0.05);
    const graph = new Graph(readModel(model));
    expect(graph.nodes.some((one) => one.domain !== '')).toBe(false);
    expect(graph.nodes.filter((one) => one.opType === 'Cast')).toHaveLength(2);
  });
});
