import { type Graph, node } from '../onnx/graph.ts';
import { ModelError } from '../onnx/model-error.ts';
import { dimsOf, floats, floatsOf } from '../onnx/tensors.ts';

/**
 * Cuts a recognizer's last layer (MatMul, Add, Softmax) down to the classes of `kept`, in that order. The scores of the
 * classes that stay are unchanged, so the best of them is the best it was, unless a class that is gone was better; their
 * probabilities are shared out among fewer. Throws ModelError when the model does not end that way.
 */
export function keepClasses(graph: Graph, kept: readonly number[]): void {
  const softmax = graph.nodes.find((one) => one.opType === 'Softmax' && graph.isOutput(one.output[0] ?? ''));
  const add = graph.producer(softmax?.input[0]);
  const matMul = add?.input.map((input) => graph.producer(input)).find((one) => one?.opType === 'MatMul');
  const weights = graph.constant(matMul?.input[1]);
  const bias = graph.constant(add?.input.find((input) => input !== matMul?.output[0]));
  if (add === undefined || matMul === undefined || weights === undefined || bias === undefined)
    throw new ModelError('The model does not end in MatMul, Add and Softmax; only such a recognizer can be cut.');
  const [inputs = 0, classes = 0] = dimsOf(weights);
  const outside = kept.find((index) => index < 0 || index >= classes);
  if (outside !== undefined)
    throw new ModelError(`The model has ${classes} classes, there is no class ${outside}; give its own charset.`);

  const all = floatsOf(weights);
  const allBias = floatsOf(bias);
  const cut = new Float32Array(inputs * kept.length);
  for (let row = 0; row < inputs; row++)
    kept.forEach((index, at) => {
      cut[row * kept.length + at] = all[row * classes + index] ?? 0;
    });
  const w = graph.setConstant(floats(graph.freshName('kept_weights'), [inputs, kept.length], cut));
  const b = graph.setConstant(
    floats(
      graph.freshName('kept_bias'),
      [kept.length],
      Float32Array.from(kept, (index) => allBias[index] ?? 0),
    ),
  );
  const product = graph.freshName('kept_product');
  graph.replace(
    [matMul, add],
    node('MatMul', [matMul.input[0] ?? '', w], [product]),
    node('Add', [product, b], [add.output[0] ?? '']),
  );
  const shape = graph.proto.output.find((one) => one.name === softmax?.output[0])?.type?.value;
  const last = shape?.case === 'tensorType' ? shape.value.shape?.dim.at(-1) : undefined;
  if (last !== undefined) last.value = { case: 'dimValue', value: BigInt(kept.length) };
  graph.prune();
}
