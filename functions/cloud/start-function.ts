import type { Engine } from '#shared/engine/engine-api.ts';
import type { Step } from '#shared/engine/step.ts';
import { createGcpPlatform, type GcpPlatform } from '#shared/platform/gcp.ts';
import { answered } from '../main.ts';
import { createProductEngine } from '../product-engine.ts';
import { type CheckCaller, createCallerCheck } from './check-caller.ts';
import { createDispatchAfter, type DispatchAfter } from './dispatch-after.ts';
import { handBackOnTerm } from './hand-back.ts';
import { type FunctionSettings, parseFunctionSettings } from './settings.ts';
import { stepsWith } from './steps-with.ts';

/** What a function is made of once its process has started. */
export interface Started {
  settings: FunctionSettings;
  platform: GcpPlatform;
  engine: Engine;
  checkCaller: CheckCaller;
  after: DispatchAfter;
}

/** `open`: everybody may call it. `steps`: those that run here. Throws when its settings are not complete. */
export async function startFunction(params: {
  name: string;
  open?: boolean;
  steps?: readonly Step[];
}): Promise<Started> {
  const { name, open = false, steps = [] } = params;
  const settings = parseFunctionSettings(process.env, { open });
  const platform = await createGcpPlatform(settings.config, { function: name });
  let after: DispatchAfter | null = null;
  const engine = createProductEngine(platform, settings.config, stepsWith(...steps), {
    runs: steps.map(({ kind }) => kind),
    onKick: () => after?.kick(),
  });
  after = createDispatchAfter({ dispatch: () => engine.dispatch(), clock: platform.clock, log: platform.log });
  handBackOnTerm({ engine, log: platform.log, answered });
  return { settings, platform, engine, checkCaller: createCallerCheck(settings.caller), after };
}
