import { accessToken } from '../adapters/inference/token-source.ts';
import { loadLearnedNames } from '../adapters/recognizers/learned-model.ts';
import { createOnnxTokenClassifier } from '../adapters/recognizers/onnx-token-classifier.ts';
import { createRecognizers, type Engine } from '../adapters/recognizers/recognizers.ts';
import { createSensitiveDataProtection } from '../adapters/recognizers/sensitive-data-protection.ts';
import type { RecognizerEngineConfig } from '../config-recognizers.ts';
import { RectoError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Recognizers } from '../ports/entity-recognizer.ts';
import type { Logger } from '../ports/logger.ts';

export interface PlatformRecognizersParams {
  engines: readonly RecognizerEngineConfig[];
  clock: Clock;
  log: Logger;
}

/** Patterns, the learned model and the engines of the configuration. Nothing is loaded or asked before a text needs it. */
export function createPlatformRecognizers({ engines, clock, log }: PlatformRecognizersParams): Recognizers {
  return createRecognizers({
    load: [loadLearnedNames],
    engines: engines.map((config) => engineOf(config, clock)),
    log,
  });
}

function engineOf(config: RecognizerEngineConfig, clock: Clock): Engine {
  const { required } = config;
  if (config.kind === 'onnx') return { engine: createOnnxTokenClassifier(config), required };
  const workload = accessToken({ clock });
  const engine = createSensitiveDataProtection({
    project: config.project,
    location: config.location,
    ...(config.infoTypes === undefined ? {} : { infoTypes: config.infoTypes }),
    token: async (signal) => {
      const token = await workload(signal);
      if (token === null)
        throw new RectoError('recognizer_unavailable', 'The workload has no identity towards Google.');
      return token;
    },
  });
  return { engine, required };
}
