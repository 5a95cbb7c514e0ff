import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { ModelError } from '../onnx/model-error.ts';

/**
 * What onnxruntime itself folds without changing a result (its optimisation level "basic"): constants are computed,
 * identities go, batch normalisations and added biases go into the convolution before them. Standard operators only.
 * Throws ModelError for what onnxruntime cannot load, such as an operator it does not know.
 */
export async function fold(model: Uint8Array): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), 'recto-fold-'));
  try {
    const input = path.join(folder, 'in.onnx');
    const output = path.join(folder, 'out.onnx');
    await writeFile(input, model);
    const session = await ort.InferenceSession.create(input, {
      graphOptimizationLevel: 'basic',
      optimizedModelFilePath: output,
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      logSeverityLevel: 3,
    }).catch((cause: unknown) => {
      throw new ModelError(`onnxruntime cannot load this model: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });
    });
    await session.release();
    return await readFile(output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
