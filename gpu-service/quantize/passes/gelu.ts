import type { NodeProto } from 'onnx-buf';
import { type Graph, MICROSOFT, node } from '../onnx/graph.ts';

const near = (value: number | undefined, wanted: number): boolean =>
  value !== undefined && Math.abs(value - wanted) < 1e-3;

/**
 * x · (erf(x / √2) + 1) · ½ becomes one Gelu of onnxruntime. It fuses the same by itself when it loads a model, but not
 * once quantization stands between the parts.
 */
export function fuseGelu(graph: Graph): number {
  let fused = 0;
  for (const erf of graph.nodes.filter((one) => one.opType === 'Erf')) {
    const divide = graph.producer(erf.input[0]);
    if (divide?.opType !== 'Div' || !near(graph.scalar(divide.input[1]), Math.SQRT2)) continue;
    const x = divide.input[0] ?? '';
    const add = graph.onlyConsumer(erf.output[0]);
    if (add?.opType !== 'Add' || !add.input.some((input) => near(graph.scalar(input), 1))) continue;
    const first = graph.onlyConsumer(add.output[0]);
    if (first?.opType !== 'Mul') continue;
    const second = graph.onlyConsumer(first.output[0]);
    if (second?.opType !== 'Mul') continue;
    const factors = [...others(first, add), ...others(second, first)];
    if (!factors.includes(x) || !factors.some((factor) => near(graph.scalar(factor), 0.5))) continue;
    graph.replace([divide, erf, add, first, second], node('Gelu', [x], [second.output[0] ?? ''], {}, MICROSOFT));
    fused++;
  }
  if (fused > 0) graph.requireOperators(MICROSOFT, 1);
  return fused;
}

const others = (of: NodeProto, producer: NodeProto): string[] =>
  of.input.filter((input) => !producer.output.includes(input));
