import { type Graph, intsOf, node } from '../onnx/graph.ts';
import { dimsOf, floats, floatsOf } from '../onnx/tensors.ts';

/**
 * Two transposed convolutions of 2 x 2 pixels and stride 2 in a row (how DB detectors come back to full size), a ReLU
 * between them and a sigmoid at the end: no output pixel of either depends on more than one input pixel, so both are
 * convolutions of 1 x 1 with the four pixels as channels, and the pixels are put in place once, at the end, when there is
 * one channel left. (Shi et al., 2016, "Real-time single image and video super-resolution using an efficient sub-pixel
 * convolutional neural network".)
 */
export function subpixelHead(graph: Graph): boolean {
  const sigmoid = graph.nodes.find((one) => one.opType === 'Sigmoid' && graph.isOutput(one.output[0] ?? ''));
  const second = transposed(graph, sigmoid?.input[0]);
  const relu = graph.producer(second?.input);
  if (sigmoid === undefined || second === undefined || relu?.opType !== 'Relu') return false;
  const first = transposed(graph, relu.input[0]);
  if (first === undefined || second.outputs !== 1) return false;

  // Channel (i * 2 + j) * M + m of the first holds pixel (i, j) of its output channel m.
  const { inputs: C, outputs: M } = first;
  const wide = new Float32Array(4 * M * C);
  const wideBias = new Float32Array(4 * M);
  for (let pixel = 0; pixel < 4; pixel++)
    for (let m = 0; m < M; m++) {
      wideBias[pixel * M + m] = first.bias[m] ?? 0;
      for (let c = 0; c < C; c++) wide[(pixel * M + m) * C + c] = first.weights[(c * M + m) * 4 + pixel] ?? 0;
    }
  // Pixel (2i + k, 2j + l) of the block of 4 x 4 that grows from one input pixel.
  const deep = new Float32Array(16 * 4 * M);
  for (let i = 0; i < 2; i++)
    for (let j = 0; j < 2; j++)
      for (let k = 0; k < 2; k++)
        for (let l = 0; l < 2; l++)
          for (let m = 0; m < M; m++)
            deep[((2 * i + k) * 4 + 2 * j + l) * 4 * M + (i * 2 + j) * M + m] = second.weights[m * 4 + k * 2 + l] ?? 0;

  const weight = (name: string, dims: number[], data: Float32Array) =>
    graph.setConstant(floats(graph.freshName(name), dims, data));
  const [mid, active, blocks, probabilities] = ['mid', 'active', 'blocks', 'probabilities'].map((part) =>
    graph.freshName(`head_${part}`),
  ) as [string, string, string, string];
  const [w1, b1] = [weight('head_w1', [4 * M, C, 1, 1], wide), weight('head_b1', [4 * M], wideBias)];
  const bias = new Float32Array(16).fill(second.bias[0] ?? 0);
  const [w2, b2] = [weight('head_w2', [16, 4 * M, 1, 1], deep), weight('head_b2', [16], bias)];
  graph.replace(
    [...first.nodes, relu, ...second.nodes, sigmoid],
    node('Conv', [first.input, w1, b1], [mid], { kernel_shape: [1, 1] }),
    node('Relu', [mid], [active]),
    node('Conv', [active, w2, b2], [blocks], { kernel_shape: [1, 1] }),
    node('Sigmoid', [blocks], [probabilities]),
    node('DepthToSpace', [probabilities], [sigmoid.output[0] ?? ''], { blocksize: 4, mode: 'DCR' }),
  );
  return true;
}

/** A 2 x 2 transposed convolution of stride 2 without padding, its bias inside or added after, that gives `value`. */
function transposed(graph: Graph, value: string | undefined) {
  const last = graph.producer(value);
  const isSum = last?.opType === 'Add';
  const conv = isSum
    ? last.input.map((one) => graph.producer(one)).find((one) => one?.opType === 'ConvTranspose')
    : last;
  if (conv?.opType !== 'ConvTranspose') return undefined;
  const weights = graph.constant(conv.input[1]);
  const biasName = isSum ? last.input.find((one) => one !== conv.output[0]) : conv.input[2];
  const bias = graph.constant(biasName);
  if (weights === undefined || (biasName !== undefined && bias === undefined)) return undefined;
  const [inputs = 0, outputs = 0, rows, columns] = dimsOf(weights);
  const plain = (intsOf(conv, 'pads') ?? []).every((pad) => pad === 0) && intsOf(conv, 'strides')?.join() === '2,2';
  if (rows !== 2 || columns !== 2 || !plain) return undefined;
  return {
    input: conv.input[0] ?? '',
    nodes: isSum ? [conv, last] : [conv],
    weights: floatsOf(weights),
    bias: bias === undefined ? new Float32Array(outputs) : floatsOf(bias),
    inputs,
    outputs,
  };
}
