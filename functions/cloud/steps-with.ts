import { RectoError } from '#shared/domain/errors.ts';
import type { Step } from '#shared/engine/step.ts';
import { type StepFacts, stepFacts } from './step-facts.ts';

/** Every step kind for the engine to reckon with; those not among `own` run in other functions. */
export function stepsWith(...own: readonly Step[]): Step[] {
  return stepFacts.map((facts) => own.find(({ kind }) => kind === facts.kind) ?? elsewhere(facts));
}

function elsewhere({ inParts, ...facts }: StepFacts): Step {
  const refuse = async (): Promise<never> => {
    throw new RectoError('not_configured', `Steps of kind ${facts.kind} run in a function of their own.`);
  };
  return inParts ? { ...facts, plan: refuse, runPart: refuse, merge: refuse } : { ...facts, run: refuse };
}
