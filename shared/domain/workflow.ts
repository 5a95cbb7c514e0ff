import { z } from 'zod';

/** A pool bounds how many steps of its kinds run at once, in all and for one tenant (leased slots). */
export const POOLS = ['convert', 'ocr', 'cpu', 'network'] as const;
export const poolSchema = z.enum(POOLS);
export type Pool = z.infer<typeof poolSchema>;

/** The step kinds this product registers; the engine itself takes any name. */
export const stepKindSchema = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);

export const stepSpecSchema = z.object({
  /** Unique in the workflow; also the key of its output. */
  id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  kind: stepKindSchema,
  /** Ids of the steps that must have ended before this one starts. */
  needs: z.array(z.string()).max(50).default([]),
  /** Overrides of what the step kind declares. */
  timeoutMs: z.number().int().min(10).max(3_600_000).optional(),
  maxAttempts: z.number().int().min(1).max(100).optional(),
  /** An advisory step that fails never fails the run. */
  advisory: z.boolean().optional(),
  config: z.record(z.string(), z.json()).optional(),
});
export type StepSpec = z.infer<typeof stepSpecSchema>;

export const workflowSchema = z.object({
  id: z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/),
  version: z.number().int().min(1),
  steps: z.array(stepSpecSchema).min(1).max(100),
});
/** A versioned DAG of steps. Steps are listed in an order in which every need comes earlier. */
export type Workflow = z.infer<typeof workflowSchema>;
