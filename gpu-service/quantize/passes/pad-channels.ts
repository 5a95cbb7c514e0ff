import type { Graph } from '../onnx/graph.ts';
import { dimsOf, floats, floatsOf } from '../onnx/tensors.ts';
import { BLOCK, isDense } from './channels.ts';

/**
 * A convolution, a ReLU and a convolution, and between them channels that do not fill whole blocks: channels that are zero
 * fill the last one up. onnxruntime pads them anyway, and takes them out again before the next convolution.
 */
export function padChannels(graph: Graph): number {
  let padded = 0;
  for (const conv of graph.nodes) {
    const [weights, bias] = [graph.constant(conv.input[1]), graph.constant(conv.input[2])];
    const relu = graph.onlyConsumer(conv.output[0]);
    const next = graph.onlyConsumer(relu?.output[0]);
    const nextWeights = graph.constant(next?.input[1]);
    if (!isDense(conv) || relu?.opType !== 'Relu' || next === undefined || !isDense(next)) continue;
    if (weights === undefined || bias === undefined || nextWeights === undefined) continue;
    const [out = 0, ...inner] = dimsOf(weights);
    const [rows = 0, , high = 1, wide = 1] = dimsOf(nextWeights);
    // Those of a gate on a pooled map of one pixel are not worth it.
    if (out % BLOCK === 0 || high * wide === 1) continue;
    const full = Math.ceil(out / BLOCK) * BLOCK;
    const size = inner.reduce((product, dim) => product * dim, 1);
    const widened = new Float32Array(full * size);
    widened.set(floatsOf(weights));
    const widenedBias = new Float32Array(full);
    widenedBias.set(floatsOf(bias));
    const kernel = high * wide;
    const old = floatsOf(nextWeights);
    const widenedNext = new Float32Array(rows * full * kernel);
    for (let row = 0; row < rows; row++)
      widenedNext.set(old.subarray(row * out * kernel, (row + 1) * out * kernel), row * full * kernel);
    const add = (name: string, dims: number[], data: Float32Array): string =>
      graph.setConstant(floats(graph.freshName(name), dims, data));
    conv.input[1] = add('padded', [full, ...inner], widened);
    conv.input[2] = add('padded_bias', [full], widenedBias);
    next.input[1] = add('padded_next', [rows, full, high, wide], widenedNext);
    padded++;
  }
  return padded;
}
