import type { NodeProto } from 'onnx-buf';
import { type Graph, intOf } from '../onnx/graph.ts';
import { dimsOf } from '../onnx/tensors.ts';

/** What onnxruntime's blocked layout (NCHWc) counts channels in, on machines with AVX-512; half of it with AVX2. */
export const BLOCK = 16;

/** How many channels a value has, when a convolution made it, seen through activations and pooling. */
export function channelsOf(graph: Graph, value: string): number | undefined {
  const producer = graph.producer(value);
  if (producer === undefined) return undefined;
  if (producer.opType === 'Conv') {
    const weights = graph.constant(producer.input[1]);
    return weights === undefined ? undefined : dimsOf(weights)[0];
  }
  return producer.opType === 'Relu' || producer.opType === 'MaxPool'
    ? channelsOf(graph, producer.input[0] ?? '')
    : undefined;
}

export const isDense = (conv: NodeProto): boolean => conv.opType === 'Conv' && intOf(conv, 'group', 1) === 1;
