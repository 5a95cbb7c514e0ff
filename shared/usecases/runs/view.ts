import { z } from 'zod';
import { type Run, runSchema, stepStateSchema } from '../../domain/run.ts';
import { ocrOutputSchema } from '../../domain/step-outputs.ts';

const withDegradation = ocrOutputSchema.pick({ degraded: true });

/** A run as its tenant sees it: how it stands, without the keys of stored objects. */
export const runViewSchema = runSchema.omit({ input: true, workflow: true, steps: true }).extend({
  workflow: z.object({ id: z.string(), version: z.number().int() }),
  /** In the order of the workflow. */
  steps: z.array(
    stepStateSchema.omit({ output: true }).extend({
      ...{ id: z.string(), kind: z.string(), needs: z.array(z.string()), advisory: z.boolean() },
      degraded: ocrOutputSchema.shape.degraded.describe('So many pages another engine read than the one asked for.'),
    }),
  ),
});
export type RunView = z.infer<typeof runViewSchema>;

export function runView(run: Run): RunView {
  const { input: _input, workflow, steps, ...rest } = run;
  return {
    ...rest,
    workflow: { id: workflow.id, version: workflow.version },
    steps: workflow.steps.flatMap((spec) => {
      const state = steps[spec.id];
      if (state === undefined) return [];
      const { output, ...shown } = state;
      const { degraded } = withDegradation.safeParse(output).data ?? {};
      const told = degraded === undefined ? {} : { degraded };
      return [{ id: spec.id, kind: spec.kind, needs: spec.needs, advisory: spec.advisory ?? false, ...shown, ...told }];
    }),
  };
}
