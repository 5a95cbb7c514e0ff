import { type Graph, intOf, node } from '../onnx/graph.ts';
import { dimsOf, floats, floatsOf } from '../onnx/tensors.ts';
import { BLOCK, channelsOf, isDense } from './channels.ts';

/**
 * A convolution over maps laid side by side is the sum of one over each: the large joined map is never written, and
 * onnxruntime adds in place. Only where each map is one that a convolution left in blocked layout.
 */
export function splitConcat(graph: Graph): number {
  let split = 0;
  for (const concat of graph.nodes.filter((one) => one.opType === 'Concat')) {
    const conv = graph.onlyConsumer(concat.output[0]);
    const weights = graph.constant(conv?.input[1]);
    if (conv === undefined || !isDense(conv) || weights === undefined || intOf(concat, 'axis', 0) !== 1) continue;
    const parts = concat.input.map((input) => channelsOf(graph, input) ?? 0);
    if (parts.some((channels) => channels === 0 || channels % BLOCK !== 0)) continue;
    const [rows = 0, total = 0, high = 1, wide = 1] = dimsOf(weights);
    if (parts.reduce((sum, channels) => sum + channels, 0) !== total) continue;
    const all = floatsOf(weights);
    const kernel = high * wide;
    let from = 0;
    let sum = '';
    const added = parts.flatMap((channels, at) => {
      const own = new Float32Array(rows * channels * kernel);
      for (let row = 0; row < rows; row++) {
        const start = (row * total + from) * kernel;
        own.set(all.subarray(start, start + channels * kernel), row * channels * kernel);
      }
      from += channels;
      const name = graph.setConstant(floats(graph.freshName('part'), [rows, channels, high, wide], own));
      const result = graph.freshName('part_result');
      const inputs = [concat.input[at] ?? '', name, ...(at === 0 ? conv.input.slice(2) : [])];
      const one = node('Conv', inputs, [result]);
      one.attribute = [...conv.attribute];
      if (at === 0) {
        sum = result;
        return [one];
      }
      const before = sum;
      sum = at === parts.length - 1 ? (conv.output[0] ?? '') : graph.freshName('part_sum');
      return [one, node('Add', [before, result], [sum])];
    });
    graph.replace([concat, conv], ...added);
    split++;
  }
  return split;
}
