import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { QUANTIZABLE } from '../models.ts';
import { fold } from '../passes/fold.ts';
import { Graph, node } from './graph.ts';
import { readModel, writeModel } from './model.ts';
import { ModelError } from './model-error.ts';
import { openModel, type Sample } from './run.ts';
import { floatsOf } from './tensors.ts';

const [, recognizer] = QUANTIZABLE;
const source = await readFile(recognizer?.source ?? '');

async function outputOf(model: Uint8Array, sample: Sample): Promise<Float32Array> {
  const runner = await openModel(model);
  const [first] = (await runner.run(sample)).values();
  await runner.release();
  return first?.data ?? new Float32Array();
}

describe('an ONNX file', () => {
  it('that was read and written again loads and gives the very same outputs', async () => {
    const again = writeModel(readModel(source));
    const sample = { dims: [1, 3, 48, 64], data: Float32Array.from({ length: 3 * 48 * 64 }, (_, i) => Math.sin(i)) };
    expect(await outputOf(again, sample)).toEqual(await outputOf(source, sample));
  });

  it('gives its weights as they are stored', () => {
    const graph = readModel(source).graph;
    const weights = graph?.initializer.find((one) => one.name === 'linear_1.w_0');
    if (weights === undefined) throw new Error('The model has no such weights.');
    const view = new DataView(weights.rawData.buffer, weights.rawData.byteOffset);
    expect(floatsOf(weights)[7]).toBe(view.getFloat32(28, true));
    expect(floatsOf(weights)).toHaveLength(80 * 6906);
  });

  it('that is none is refused by name', () => {
    expect(() => readModel(new TextEncoder().encode('<html>not found</html>'))).toThrow(ModelError);
    expect(() => readModel(new Uint8Array())).toThrow('holds no graph');
  });

  it('with an operator that nobody knows is refused with its name', async () => {
    const model = readModel(source);
    const graph = new Graph(model);
    graph.nodes[0]?.output.forEach((output, at, all) => {
      all[at] = `${output}/before`;
      graph.nodes.splice(1, 0, node('Frobnicate', [`${output}/before`], [output]));
    });
    await expect(fold(writeModel(model))).rejects.toThrow(/onnxruntime cannot load this model: .*Frobnicate/s);
  });
});
