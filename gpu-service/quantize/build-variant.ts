import { quantizableUnits, quantizeGraph } from './int8/quantize-graph.ts';
import { latinCut } from './latin.ts';
import { Graph } from './onnx/graph.ts';
import { readModel, writeModel } from './onnx/model.ts';
import { ModelError } from './onnx/model-error.ts';
import { fold } from './passes/fold.ts';
import { fuseGelu } from './passes/gelu.ts';
import { poolGlobally } from './passes/global-pool.ts';
import { halvePrecision } from './passes/half-precision.ts';
import { keepClasses } from './passes/keep-classes.ts';
import { padChannels } from './passes/pad-channels.ts';
import { raiseOperators } from './passes/raise-operators.ts';
import { foldResidualGates } from './passes/residual-gate.ts';
import { splitConcat } from './passes/split-concat.ts';
import { subpixelHead } from './passes/subpixel-head.ts';
import type { Recipe } from './recipe.ts';

/** Part of every cache key: raise it when the same input gives other bytes. */
export const TOOL_VERSION = 3;

export interface Variant {
  /** `fp32`: rewritten without loss; `int8` for CPUs, needs a recipe; `fp16` for GPUs. */
  precision: 'fp32' | 'int8' | 'fp16';
  /** `latin`: a recognizer without the characters of other scripts; needs the key file. */
  classes: 'all' | 'latin';
}

export interface BuiltVariant {
  model: Uint8Array;
  /** The key file of the classes that are left; null where the model has no classes or all of them. */
  keyFile: string | null;
}

/** An fp32 ONNX model as a variant of it. Throws ModelError for what it cannot make, with what is missing. */
export async function buildVariant(
  source: Uint8Array,
  variant: Variant,
  needs: { recipe?: Recipe | null; keyFile?: string | null },
): Promise<BuiltVariant> {
  const graph = await rewrite(source, variant.precision);
  let keyFile: string | null = null;
  if (variant.classes === 'latin') {
    if (needs.keyFile == null) throw new ModelError('To cut a recognizer down to Latin its key file is needed.');
    const cut = latinCut(needs.keyFile);
    keepClasses(graph, cut.classes);
    keyFile = cut.keyFile;
  }
  if (variant.precision === 'int8') {
    if (needs.recipe == null)
      throw new ModelError(
        'There is no recipe for this model, so nothing says which parts of it stand 8 bits; make one with ' +
          '`npm run quantize -- --calibrate`, or use fp32.',
      );
    const { units, values } = needs.recipe;
    const chosen = quantizableUnits(graph).filter((unit) => units.includes(unit.name));
    quantizeGraph(graph, chosen, new Map(Object.entries(values).map(([name, [min, max]]) => [name, { min, max }])));
  }
  if (variant.precision === 'fp16') halvePrecision(graph);
  graph.prune();
  return { model: writeModel(graph.model), keyFile };
}

/** The passes that change no result, those that serve the kernels which will run. */
export async function rewrite(source: Uint8Array, precision: Variant['precision']): Promise<Graph> {
  const graph = new Graph(readModel(await fold(source)));
  // Gelu is an operator of onnxruntime, which TensorRT does not have.
  if (precision !== 'fp16') fuseGelu(graph);
  poolGlobally(graph);
  foldResidualGates(graph);
  subpixelHead(graph);
  if (precision === 'fp32') {
    padChannels(graph);
    splitConcat(graph);
  }
  // Weights by channel need an operator of version 13.
  if (precision === 'int8') raiseOperators(graph);
  graph.prune();
  return graph;
}
