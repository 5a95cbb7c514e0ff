import { type Graph, node } from '../onnx/graph.ts';
import { floats } from '../onnx/tensors.ts';

/** x + x · gate becomes x · (gate + 1): the gate is one number a channel, the sum was a pass over the whole map. */
export function foldResidualGates(graph: Graph): number {
  let changed = 0;
  for (const add of graph.nodes.filter((one) => one.opType === 'Add')) {
    const scaled = add.input.map((input) => graph.producer(input)).find((one) => one?.opType === 'Mul');
    const x = add.input.find((input) => input !== scaled?.output[0]);
    if (scaled === undefined || x === undefined || graph.onlyConsumer(scaled.output[0]) !== add) continue;
    const gate = scaled.input.find((input) => input !== x);
    if (!scaled.input.includes(x) || gate === undefined || graph.producer(gate)?.opType !== 'HardSigmoid') continue;
    const one = graph.setConstant(floats(graph.freshName('one'), [], Float32Array.of(1)));
    const raised = graph.freshName('gate_plus_one');
    graph.replace([scaled, add], node('Add', [gate, one], [raised]), node('Mul', [x, raised], [add.output[0] ?? '']));
    changed++;
  }
  return changed;
}
