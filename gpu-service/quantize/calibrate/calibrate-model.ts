import { readFile, writeFile } from 'node:fs/promises';
import { generatedPages } from '../../calibration/generated-pages.ts';
import { rewrite } from '../build-variant.ts';
import { sha256 } from '../ensure-quantized.ts';
import { latinCut } from '../latin.ts';
import type { QuantizableModel } from '../models.ts';
import type { Sample } from '../onnx/run.ts';
import { keepClasses } from '../passes/keep-classes.ts';
import { recipePath } from '../recipe.ts';
import { sameBestClass, sameText } from './agreement.ts';
import { makeRecipe } from './make-recipe.ts';
import { lineSamples, pageSamples } from './samples.ts';

/** Calibrated on these pages, judged on others. */
const SEED = 1;
const HELD_SEED = 99;
const MAX_SIDE = 960;

const every = <T>(list: readonly T[], step: number): T[] => list.filter((_, index) => index % step === 0);

/** Makes and writes the recipe of a model. Minutes: every layer is tried alone. */
export async function calibrateModel(model: QuantizableModel, log: (line: string) => void): Promise<string> {
  const source = await readFile(model.source);
  const graph = await rewrite(source, 'int8');
  let samples: Sample[];
  let held: Sample[];
  if (model.kind === 'detector') {
    samples = pageSamples(generatedPages(9, SEED), MAX_SIDE);
    held = pageSamples(generatedPages(3, HELD_SEED), MAX_SIDE);
  } else {
    samples = every(lineSamples(generatedPages(9, SEED)), 6);
    held = every(lineSamples(generatedPages(6, HELD_SEED)), 6);
    // The other classes take most of the time, and the texts have none of them.
    if (model.keyFile !== undefined) keepClasses(graph, latinCut(await readFile(model.keyFile, 'utf8')).classes);
  }
  log(`${model.name}: ${samples.length} samples to calibrate, ${held.length} to judge`);
  const agreement = model.kind === 'detector' ? sameText : sameBestClass;
  const recipe = await makeRecipe(graph, sha256(source), samples, held, agreement, log);
  const file = recipePath(model.source);
  // Pairs on one line each, as the formatter has them.
  const pair = /\[\s+(\S+),\s+(\S+)\s+\]/g;
  await writeFile(file, `${JSON.stringify(recipe, null, 2).replace(pair, '[$1, $2]')}\n`);
  return file;
}
