import { z } from 'zod';
import { type Run, runSchema, stepStateSchema } from '../../domain/run.ts';

/** A run as its tenant sees it: how it stands, without the keys of stored objects. */
export const runViewSchema = runSchema.omit({ input: true, workflow: true, steps: true }).extend({
  workflow: z.object({ id: z.string(), version: z.number().int() }),
  /** In the order of the workflow. */
  steps: z.array(
    stepStateSchema
      .omit({ output: true })
      .extend({ id: z.string(), kind: z.string(), needs: z.array(z.string()), advisory: z.boolean() }),
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
      const { output: _output, ...shown } = state;
      return [{ id: spec.id, kind: spec.kind, needs: spec.needs, advisory: spec.advisory ?? false, ...shown }];
    }),
  };
}
