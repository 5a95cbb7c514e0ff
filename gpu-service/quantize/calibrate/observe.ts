import { clone, create } from '@bufbuild/protobuf';
import { ModelProtoSchema, ValueInfoProtoSchema } from 'onnx-buf';
import type { Graph } from '../onnx/graph.ts';
import { writeModel } from '../onnx/model.ts';
import { openModel, type Sample } from '../onnx/run.ts';
import { Histogram } from './histogram.ts';

/** What the named values of the model are over the samples, the model's input included. */
export async function observe(
  graph: Graph,
  values: readonly string[],
  samples: readonly Sample[],
): Promise<Map<string, Histogram>> {
  const model = clone(ModelProtoSchema, graph.model);
  const input = graph.inputName;
  for (const name of values)
    if (name !== input && !graph.isOutput(name)) model.graph?.output.push(create(ValueInfoProtoSchema, { name }));
  const found = new Map(values.map((value) => [value, new Histogram()]));
  const runner = await openModel(writeModel(model));
  try {
    for (const sample of samples) {
      found.get(input)?.add(sample.data);
      for (const [name, value] of await runner.run(sample)) found.get(name)?.add(value.data);
    }
  } finally {
    await runner.release();
  }
  return found;
}
