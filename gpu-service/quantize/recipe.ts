import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/**
 * What calibration found for one model, checked in: with it a model is quantized in a fraction of a second, to the same bytes
 * on every machine, whatever fonts it has.
 */
const recipeSchema = z.object({
  /** Of the fp32 model it was made from. */
  source: z.string().regex(/^[0-9a-f]{64}$/),
  /** How the tails of the values were cut. */
  ranges: z.string(),
  /** Values that are computed in 8 bits, by the name of the value: its least and greatest. */
  values: z.record(z.string(), z.tuple([z.number(), z.number()])),
  /** Units, by the name of their result, that are computed in 8 bits. */
  units: z.array(z.string()),
});

export type Recipe = z.infer<typeof recipeSchema>;

const FOLDER = path.join(import.meta.dirname, 'recipes');

export const recipePath = (model: string): string => path.join(FOLDER, `${path.basename(model, '.onnx')}.json`);

/** The recipe of a model file; null where there is none for it or only one for other bytes of that name. */
export async function findRecipe(model: string, sha256: string): Promise<Recipe | null> {
  let text: string;
  try {
    text = await readFile(recipePath(model), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const recipe = recipeSchema.parse(JSON.parse(text));
  return recipe.source === sha256 ? recipe : null;
}
