import type { NodeProto } from 'onnx-buf';
import { dropAttribute, type Graph, intOf, intsOf } from '../onnx/graph.ts';
import { ModelError } from '../onnx/model-error.ts';
import { DataType, tensor } from '../onnx/tensors.ts';

/** The first version of the standard operators whose DequantizeLinear has an axis, as weights by channel need. */
const WANTED = 13;
const OLDEST = 9;

/** Operators whose meaning is the same from version 9 to 14 for every model that onnxruntime has loaded. */
const UNCHANGED = new Set(
  `Abs Add AveragePool Clip Concat Conv ConvTranspose DepthToSpace Div Erf Exp Flatten Gather Gemm GlobalAveragePool
  GlobalMaxPool HardSigmoid HardSwish Identity LeakyRelu Log MatMul MaxPool Mul Pow Reciprocal ReduceMax ReduceMean Relu Reshape
  Resize Shape Sigmoid Slice Sqrt Sub Tanh Transpose BatchNormalization Cast Constant InstanceNormalization`.split(
    /\s+/,
  ),
);

/** Brings a model of operator version 9 to 12 to 13. Throws ModelError for an operator that it does not know. */
export function raiseOperators(graph: Graph): void {
  const version = graph.operatorVersion;
  if (version >= WANTED) return;
  if (version < OLDEST)
    throw new ModelError(`The model uses operators of version ${version}; convert it to ${OLDEST} or newer first.`);
  for (const one of graph.nodes) raise(graph, one);
  graph.requireOperators('', WANTED);
}

function raise(graph: Graph, one: NodeProto): void {
  if (one.domain !== '' || UNCHANGED.has(one.opType)) return;
  if (one.opType === 'Squeeze' || one.opType === 'Unsqueeze') {
    axesBecomeInput(graph, one);
    return;
  }
  // Before 13 everything from the axis on was one: the same only where the axis is the last, as all attention and CTC have it.
  if (one.opType === 'Softmax' && intOf(one, 'axis', 1) !== 1) return;
  throw new ModelError(
    `Cannot bring the operator ${one.opType} (${one.name}) from version ${graph.operatorVersion} to ${WANTED}; ` +
      'convert the model with the onnx package first, or teach raise-operators.ts what changed.',
  );
}

function axesBecomeInput(graph: Graph, one: NodeProto): void {
  const axes = intsOf(one, 'axes');
  if (axes === undefined) return;
  dropAttribute(one, 'axes');
  const data = BigInt64Array.from(axes, BigInt);
  one.input.push(graph.setConstant(tensor(graph.freshName('axes'), DataType.INT64, [axes.length], data)));
}
