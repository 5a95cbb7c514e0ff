import { type Graph, intOf, intsOf, node } from '../onnx/graph.ts';

/** A mean over rows and columns is a GlobalAveragePool, which reads the blocked layout that convolutions write. */
export function poolGlobally(graph: Graph): number {
  let changed = 0;
  for (const mean of graph.nodes.filter((one) => one.opType === 'ReduceMean')) {
    const axes = intsOf(mean, 'axes');
    if (axes === undefined || axes.join() !== '2,3' || intOf(mean, 'keepdims', 1) !== 1) continue;
    graph.replace([mean], node('GlobalAveragePool', [mean.input[0] ?? ''], [mean.output[0] ?? '']));
    changed++;
  }
  return changed;
}
