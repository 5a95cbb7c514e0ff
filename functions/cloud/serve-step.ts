import type { Step } from '#shared/engine/step.ts';
import { stepPath } from '../handlers.ts';
import { register } from '../main.ts';
import { pushFunction } from './push-function.ts';
import { startFunction } from './start-function.ts';

/** The function of one step kind. */
export async function serveStep(step: Step): Promise<void> {
  const started = await startFunction({ name: `step-${step.kind}`, steps: [step] });
  const { engine } = started;
  register(pushFunction(started, stepPath(step.kind), (envelope, signal) => engine.handleMessage(envelope, signal)));
}
