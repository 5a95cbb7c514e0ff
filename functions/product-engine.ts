import type { Config } from '#shared/config.ts';
import { createEngine } from '#shared/engine/engine.ts';
import type { Engine, EngineOptions } from '#shared/engine/engine-api.ts';
import type { Step } from '#shared/engine/step.ts';
import type { Platform } from '#shared/ports/platform.ts';
import { onRunEnd } from '#shared/usecases/runs/on-run-end.ts';

/** A worker's death says little about the file it held: what a file does to its converter is a typed error of its own. */
const MAX_CRASHES = 10;

/** The engine with this product's steps and rules: the same in every process and in the cloud. */
export function createProductEngine(
  platform: Platform,
  config: Config,
  steps: readonly Step[],
  options: Pick<EngineOptions, 'soleWorker' | 'instance' | 'onKick' | 'runs'>,
): Engine {
  return createEngine({
    platform,
    steps,
    slots: config.pools,
    onRunEnd,
    maxCrashes: MAX_CRASHES,
    ...options,
  });
}
