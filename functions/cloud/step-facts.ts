import { isFanOut, type Step } from '#shared/engine/step.ts';
import { allSteps } from '../steps.ts';

/** What the engine has to know of a step that runs elsewhere. */
export type StepFacts = Omit<Step, 'run' | 'plan' | 'runPart' | 'merge'> & { inParts: boolean };

function factsOf(step: Step): StepFacts {
  const { kind, pool, timeoutMs, maxAttempts, advisory, dependsOn, mayDoWithout } = step;
  return {
    kind,
    pool,
    timeoutMs,
    maxAttempts,
    ...(advisory === undefined ? {} : { advisory }),
    ...(dependsOn === undefined ? {} : { dependsOn }),
    ...(mayDoWithout === undefined ? {} : { mayDoWithout }),
    inParts: isFanOut(step),
  };
}

/** In a bundle these are data: the build evaluates this module, so that no function carries the code of all steps. */
export const stepFacts: readonly StepFacts[] = allSteps.map(factsOf);
