import { expect, test } from 'vitest';
import { isFanOut } from '#shared/engine/step.ts';
import { STEP_KINDS } from '#shared/manifest.ts';
import { ocrStep } from '#shared/steps/ocr.ts';
import { allSteps } from '../steps.ts';
import { stepFacts } from './step-facts.ts';
import { stepsWith } from './steps-with.ts';

test('a function knows of every step what the engine asks, and runs its own', () => {
  const steps = stepsWith(ocrStep);
  expect(steps.map(({ kind }) => kind).sort()).toEqual([...STEP_KINDS].sort());
  expect(steps.find(({ kind }) => kind === 'ocr')).toBe(ocrStep);
  for (const step of allSteps) {
    const known = steps.find(({ kind }) => kind === step.kind);
    const { pool, timeoutMs, maxAttempts, advisory, dependsOn, mayDoWithout } = step;
    expect(known).toMatchObject({ pool, timeoutMs, maxAttempts });
    expect([known?.advisory, known?.dependsOn, known?.mayDoWithout]).toEqual([advisory, dependsOn, mayDoWithout]);
    expect(known !== undefined && isFanOut(known)).toBe(isFanOut(step));
  }
});

test('a step of another function is refused by name', async () => {
  const extract = stepsWith(ocrStep).find(({ kind }) => kind === 'extract');
  if (extract === undefined || isFanOut(extract)) throw new Error('extract is a step in one go');
  const refused: unknown = Reflect.apply(extract.run, extract, []);
  await expect(refused).rejects.toMatchObject({ code: 'not_configured', message: expect.stringContaining('extract') });
});

test('what a bundle keeps of the steps is data', () => {
  expect(JSON.parse(JSON.stringify(stepFacts))).toEqual(stepFacts);
});
