import type { Engine } from '#shared/engine/engine-api.ts';
import { STEP_KINDS } from '#shared/manifest.ts';
import type { Platform } from '#shared/ports/platform.ts';
import type { PushHandler } from './push-handler.ts';
import { scheduleTickHandler } from './scheduled/schedule-tick.ts';
import { objectFinalizedHandler } from './storage/object-finalized.ts';
import { undeliverableHandler } from './subscribers/undeliverable.ts';

const STEP_PATH = '/_push/steps/';

/** Paths that the step worker serves; the front serves the rest. */
export const isStepPath = (path: string): boolean => path.startsWith(STEP_PATH);

/** Path of the push subscription of a step kind. */
export const stepPath = (kind: string): string => STEP_PATH + kind;

/** One handler for each step kind's subscription. */
export function stepHandlers(engine: Engine): Map<string, PushHandler> {
  const handle: PushHandler = (envelope, signal) => engine.handleMessage(envelope, signal);
  return new Map(STEP_KINDS.map((kind) => [stepPath(kind), handle]));
}

/** The handlers of what is not a step. */
export function frontHandlers(platform: Platform, engine: Engine): Map<string, PushHandler> {
  return new Map([
    ['/_push/object-finalized', objectFinalizedHandler(platform, engine)],
    ['/_push/schedule-tick', scheduleTickHandler(platform, engine)],
    ['/_push/undeliverable', undeliverableHandler(platform, engine)],
  ]);
}
