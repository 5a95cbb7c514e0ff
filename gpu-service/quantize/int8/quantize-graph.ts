import type { NodeProto } from 'onnx-buf';
import type { Range } from '../calibrate/histogram.ts';
import { type Graph, node } from '../onnx/graph.ts';
import { ModelError } from '../onnx/model-error.ts';
import { DataType, dimsOf, floats, floatsOf, tensor } from '../onnx/tensors.ts';
import { activationScale, quantizeChannels, type Scale } from './scales.ts';

/** Operators with an 8-bit kernel in onnxruntime's CPU provider that is worth having next to 8-bit convolutions. */
const ELEMENTWISE = new Set(['Add', 'Mul', 'GlobalAveragePool', 'AveragePool', 'MaxPool', 'Concat', 'Sigmoid']);

/** A node, or a convolution with the ReLU after it: zero is the lowest step then, and onnxruntime drops the ReLU. */
export interface Unit {
  name: string;
  node: NodeProto;
  /** The values that are not constants. */
  inputs: string[];
  output: string;
}

/** What can be computed in 8 bits, in the order of the graph. */
export function quantizableUnits(graph: Graph): Unit[] {
  const units: Unit[] = [];
  for (const one of graph.nodes) {
    const output = one.output[0];
    if (output === undefined || graph.isOutput(output)) continue;
    if (one.opType === 'Conv' && graph.constant(one.input[1]) !== undefined) {
      const next = graph.onlyConsumer(output);
      const relu = next?.opType === 'Relu' ? next.output[0] : undefined;
      units.push({ name: output, node: one, inputs: [one.input[0] ?? ''], output: relu ?? output });
    } else if (ELEMENTWISE.has(one.opType)) {
      // With a constant of more than one number, or of whole numbers (shapes), it is no map.
      if (one.input.some((input) => graph.constant(input) !== undefined)) continue;
      units.push({ name: output, node: one, inputs: [...one.input], output });
    }
  }
  return units;
}

/**
 * Puts pairs of QuantizeLinear and DequantizeLinear around the units (the QDQ form, which onnxruntime and TensorRT turn into
 * 8-bit kernels): activations 0 to 255 by value, weights -127 to 127 by channel. `ranges` must name every value of the units.
 */
export function quantizeGraph(graph: Graph, units: readonly Unit[], ranges: ReadonlyMap<string, Range>): void {
  const scales = new Map<string, Scale>();
  for (const unit of units)
    for (const value of [...unit.inputs, unit.output]) {
      const range = ranges.get(value);
      if (range === undefined)
        throw new ModelError(`There is no range for the value ${value} of the model; calibrate it again.`);
      scales.set(value, activationScale(range));
    }
  for (const unit of units) if (unit.node.opType === 'Conv') quantizeWeights(graph, unit, scales);
  const made = new Set(units.map((unit) => unit.output));
  const members = units.map((unit) => unit.node);
  for (const [value, scale] of scales) {
    const dequantized = addPair(graph, value, scale);
    const quantizer = graph.producer(graph.producer(dequantized)?.input[0]);
    // The result of a float node stays as it is for other float nodes.
    const untouched = made.has(value) ? [] : graph.nodes.filter((one) => !members.includes(one));
    graph.redirect(value, dequantized, quantizer === undefined ? untouched : [...untouched, quantizer]);
  }
}

function addPair(graph: Graph, value: string, { scale, zero }: Scale): string {
  const s = graph.setConstant(floats(`${value}/scale`, [], Float32Array.of(scale)));
  const z = graph.setConstant(tensor(`${value}/zero`, DataType.UINT8, [], Uint8Array.of(zero)));
  const [quantized, dequantized] = [`${value}/quantized`, `${value}/dequantized`];
  const pair = [
    node('QuantizeLinear', [value, s, z], [quantized]),
    node('DequantizeLinear', [quantized, s, z], [dequantized]),
  ];
  const producer = graph.producer(value);
  if (producer === undefined) graph.nodes.unshift(...pair);
  else graph.nodes.splice(graph.nodes.indexOf(producer) + 1, 0, ...pair);
  return dequantized;
}

function quantizeWeights(graph: Graph, unit: Unit, scales: ReadonlyMap<string, Scale>): void {
  const conv = unit.node;
  const proto = graph.constant(conv.input[1]);
  if (proto === undefined) return;
  const dims = dimsOf(proto);
  const { data, scales: steps } = quantizeChannels(floatsOf(proto), dims[0] ?? 1);
  const name = graph.freshName(`${proto.name}/int8`);
  const zeros = new Int8Array(steps.length);
  const inputs = [
    graph.setConstant(tensor(name, DataType.INT8, dims, data)),
    graph.setConstant(floats(`${name}/scale`, [steps.length], steps)),
    graph.setConstant(tensor(`${name}/zero`, DataType.INT8, [steps.length], zeros)),
  ];
  const weights = `${name}/dequantized`;
  graph.insert(conv, node('DequantizeLinear', inputs, [weights], { axis: 0 }));
  conv.input[1] = weights;

  const bias = graph.constant(conv.input[2]);
  if (bias === undefined) return;
  const input = scales.get(unit.inputs[0] ?? '')?.scale ?? 1;
  const biasSteps = steps.map((step) => step * input);
  const whole = Int32Array.from(floatsOf(bias), (value, at) => Math.round(value / (biasSteps[at] ?? 1)));
  const biasInputs = [
    graph.setConstant(tensor(`${name}/bias`, DataType.INT32, [whole.length], whole)),
    graph.setConstant(floats(`${name}/bias/scale`, [whole.length], biasSteps)),
    graph.setConstant(tensor(`${name}/bias/zero`, DataType.INT32, [whole.length], new Int32Array(whole.length))),
  ];
  const added = `${name}/bias/dequantized`;
  graph.insert(conv, node('DequantizeLinear', biasInputs, [added], { axis: 0 }));
  conv.input[2] = added;
}
