import { clone } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { quantizableUnits, quantizeGraph, type Unit } from '../int8/quantize-graph.ts';
import { Graph } from '../onnx/graph.ts';
import { writeModel } from '../onnx/model.ts';
import { ModelError } from '../onnx/model-error.ts';
import { openModel, type Sample } from '../onnx/run.ts';
import type { Recipe } from '../recipe.ts';
import { type Agreement, signalToNoise } from './agreement.ts';
import type { Range, RangeMethod } from './histogram.ts';
import { observe } from './observe.ts';

const MSE: RangeMethod = { kind: 'mse' };
const METHODS: [string, RangeMethod][] = [
  ['minmax', { kind: 'minmax' }],
  ['mse', MSE],
  ['percentile 99.999', { kind: 'percentile', tail: 1e-5 }],
  ['percentile 99.99', { kind: 'percentile', tail: 1e-4 }],
];
/** How many of the most sensitive units are tried in float. */
const LEFT_OUT = [0, 2, 4, 8, 12, 16, 24];
/** So much more agreement has to come with a larger number of float units: each change between the two costs time. */
const WORTH = 0.005;

/**
 * Finds how a rewritten model is quantized best: the range method whose 8-bit model agrees most with the float model on `held`, then
 * the order of units by the noise that each alone brings, then how many of the worst stay in float: more only as long as
 * that pays in agreement. `samples` and `held` are different pages.
 */
export async function makeRecipe(
  graph: Graph,
  sourceHash: string,
  samples: readonly Sample[],
  held: readonly Sample[],
  agreement: Agreement,
  log: (line: string) => void,
): Promise<Recipe> {
  const units = quantizableUnits(graph).filter((unit) => !isAfterLastPool(graph, unit));
  const values = [...new Set(units.flatMap((unit) => [...unit.inputs, unit.output]))];
  const observed = await observe(graph, values, samples);
  const rangesBy = (method: RangeMethod) => new Map([...observed].map(([name, seen]) => [name, seen.range(method)]));
  const reference = await outputs(writeModel(graph.model), held);
  const attempt = async (chosen: readonly Unit[], ranges: ReadonlyMap<string, Range>) => {
    const trial = new Graph(clone(ModelProtoSchema, graph.model));
    const names = new Set(chosen.map((unit) => unit.name));
    quantizeGraph(
      trial,
      quantizableUnits(trial).filter((unit) => names.has(unit.name)),
      ranges,
    );
    const found = await outputs(writeModel(trial.model), held);
    const sum = reference.reduce((total, one, at) => total + agreement(one, found[at] ?? one), 0);
    return { agreement: sum / reference.length, noise: signalToNoise(reference, found) };
  };

  let best = { name: '', method: MSE, agreement: -1 };
  for (const [name, method] of METHODS) {
    const { agreement: found, noise } = await attempt(units, rangesBy(method));
    log(`ranges by ${name}: agreement ${found.toFixed(4)}, ${noise.toFixed(1)} dB`);
    if (found > best.agreement) best = { name, method, agreement: found };
  }
  const ranges = rangesBy(best.method);

  const alone: { unit: Unit; noise: number }[] = [];
  for (const unit of units) alone.push({ unit, noise: (await attempt([unit], ranges)).noise });
  alone.sort((a, b) => a.noise - b.noise);
  for (const { unit, noise } of alone.slice(0, 8))
    log(`alone ${unit.node.opType} ${unit.name}: ${noise.toFixed(1)} dB`);

  let chosen = units;
  let reached = -1;
  for (const count of LEFT_OUT) {
    const out = new Set(alone.slice(0, count).map(({ unit }) => unit.name));
    const kept = units.filter((unit) => !out.has(unit.name));
    const found = await attempt(kept, ranges);
    log(`${count} units in float: agreement ${found.agreement.toFixed(4)}, ${found.noise.toFixed(1)} dB`);
    if (found.agreement < reached + WORTH) continue;
    reached = found.agreement;
    chosen = kept;
  }
  const used = new Set(chosen.flatMap((unit) => [...unit.inputs, unit.output]));
  const rounded = (value: number): number => Number(value.toPrecision(6));
  return {
    source: sourceHash,
    ranges: best.name,
    values: Object.fromEntries(
      [...used].map((name) => {
        const range = ranges.get(name);
        if (range === undefined) throw new ModelError(`No sample reached the value ${name}.`);
        return [name, [rounded(range.min), rounded(range.max)]];
      }),
    ),
    units: chosen.map((unit) => unit.name),
  };
}

/**
 * A recognizer's neck, after the pooling that makes one row of the map: little work with the widest values, on which 8 bits
 * lose most. A detector has no such pooling.
 */
function isAfterLastPool(graph: Graph, unit: Unit): boolean {
  const pool = graph.nodes.findLastIndex((one) => one.opType === 'AveragePool');
  return pool !== -1 && graph.nodes.indexOf(unit.node) > pool;
}

async function outputs(model: Uint8Array, samples: readonly Sample[]): Promise<Sample[]> {
  const runner = await openModel(model);
  try {
    const found: Sample[] = [];
    for (const sample of samples) {
      const [first] = (await runner.run(sample)).values();
      if (first === undefined) throw new ModelError('The model gives no array of floats.');
      found.push(first);
    }
    return found;
  } finally {
    await runner.release();
  }
}
