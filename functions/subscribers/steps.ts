import type { Engine } from '#shared/engine/engine-api.ts';
import type { PushHandler } from '../push-handler.ts';

/** The handler of every step kind's subscription: the message says which work may start. */
export const stepHandler =
  (engine: Engine): PushHandler =>
  (envelope, signal) =>
    engine.handleMessage(envelope, signal);
