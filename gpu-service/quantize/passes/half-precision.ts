import type { TensorProto } from 'onnx-buf';
import { TensorProto_DataType as Type } from 'onnx-buf';
import { type Graph, intOf, node, setAttribute } from '../onnx/graph.ts';
import { DataType, dimsOf, floatsOf, tensor } from '../onnx/tensors.ts';

/** Inputs that stay 32-bit by the operator's definition: the factors of Resize. */
const stays = (graph: Graph, name: string): boolean =>
  graph.nodes.some((one) => one.opType === 'Resize' && one.input.indexOf(name) > 0);

/**
 * Weights and all values between in 16-bit floats, for GPUs. The model's input and output stay 32-bit, so that callers need
 * not know.
 */
export function halvePrecision(graph: Graph): void {
  graph.proto.initializer = graph.proto.initializer.map((one) =>
    one.dataType === DataType.FLOAT && !stays(graph, one.name) ? halved(one) : one,
  );
  for (const one of graph.nodes)
    if (one.opType === 'Cast' && intOf(one, 'to', 0) === Type.FLOAT) setAttribute(one, 'to', Type.FLOAT16);
  const input = graph.inputName;
  const narrow = graph.freshName('input_half');
  graph.redirect(input, narrow);
  graph.nodes.unshift(node('Cast', [input], [narrow], { to: Type.FLOAT16 }));
  for (const { name } of graph.proto.output) {
    const half = graph.freshName('output_half');
    const producer = graph.producer(name);
    if (producer !== undefined) producer.output = producer.output.map((output) => (output === name ? half : output));
    graph.redirect(name, half);
    graph.nodes.push(node('Cast', [half], [name], { to: Type.FLOAT }));
  }
}

const halved = (one: TensorProto): TensorProto =>
  tensor(one.name, DataType.FLOAT16, dimsOf(one), Uint16Array.from(floatsOf(one), toHalf));

const bits = new DataView(new ArrayBuffer(4));

/** The nearest 16-bit float (IEEE 754 binary16, ties to even), as its bits. What is too large becomes the largest. */
export function toHalf(value: number): number {
  bits.setFloat32(0, value);
  const whole = bits.getUint32(0);
  const sign = (whole >>> 16) & 0x8000;
  const magnitude = Math.abs(value);
  if (magnitude >= 65_504) return sign | 0x7bff;
  // Below 2^-14 the steps are 2^-24 wide each; above, 10 of the 23 bits of the fraction stay.
  if (magnitude < 2 ** -14) return sign | roundToEven(magnitude * 2 ** 24);
  const shifted = (whole & 0x7fffffff) - ((127 - 15) << 23);
  return sign | roundToEven(shifted / 2 ** 13);
}

function roundToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  return rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? low + 1 : low;
}
