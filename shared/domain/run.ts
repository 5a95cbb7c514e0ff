import { z } from 'zod';
import { workflowSchema } from './workflow.ts';

export const RUN_STATUSES = ['queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled'] as const;
export const runStatusSchema = z.enum(RUN_STATUSES);
export type RunStatus = z.infer<typeof runStatusSchema>;

export const STEP_STATUSES = ['pending', 'queued', 'running', 'succeeded', 'failed', 'skipped', 'cancelled'] as const;
export const stepStatusSchema = z.enum(STEP_STATUSES);
export type StepStatus = z.infer<typeof stepStatusSchema>;

export const errorRecordSchema = z.object({
  code: z.string(),
  message: z.string(),
  class: z.enum(['transient', 'permanent', 'poison']),
  details: z.record(z.string(), z.json()).optional(),
});
export type ErrorRecord = z.infer<typeof errorRecordSchema>;

/** One try of a step or part. Times are epoch milliseconds. */
export const attemptSchema = z.object({
  number: z.number().int().min(1),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  error: errorRecordSchema.nullable(),
});
export type Attempt = z.infer<typeof attemptSchema>;

export const stepStateSchema = z.object({
  status: stepStatusSchema,
  /** Number of the attempt under way or last made; 0 before the first. */
  attempt: z.number().int(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** Small JSON: pointers and counts, never documents (claim check). */
  output: z.json().nullable(),
  error: errorRecordSchema.nullable(),
  /** The latest failed attempts, oldest first, at most 10. */
  attempts: z.array(attemptSchema),
  /** Fan-out: how many parts there are and how they stand; null for a step without parts. */
  parts: z.object({ total: z.number().int(), succeeded: z.number().int(), failed: z.number().int() }).nullable(),
  /** True when the step's result leaves something out: the run becomes `partial`. */
  partial: z.boolean(),
});
export type StepState = z.infer<typeof stepStateSchema>;

export const runSchema = z.object({
  id: z.string(),
  /** The definition as it was when the run started: a later edit never changes a run under way. */
  workflow: workflowSchema,
  status: runStatusSchema,
  /** 0 is the most urgent, 9 the least. */
  priority: z.number().int().min(0).max(9),
  input: z.record(z.string(), z.json()),
  documentId: z.string().nullable(),
  batchId: z.string().nullable(),
  steps: z.record(z.string(), stepStateSchema),
  error: errorRecordSchema.nullable(),
  cancelRequestedAt: z.number().nullable(),
  createdAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** Grows by one with each change; the id of the server-sent event that reports it. */
  revision: z.number().int(),
  /** The request, schedule tick or object that caused it. */
  origin: z.object({
    kind: z.enum(['api', 'bucket', 'schedule', 'redrive', 'system']),
    requestId: z.string().nullable(),
    by: z.string().nullable(),
  }),
});
export type Run = z.infer<typeof runSchema>;

export const TERMINAL_RUN_STATUSES: readonly RunStatus[] = ['succeeded', 'partial', 'failed', 'cancelled'];
export const isTerminal = (status: RunStatus): boolean => TERMINAL_RUN_STATUSES.includes(status);

/** A fan-out part: a unit with attempts and result of its own; a finished part is never done again. */
export const runPartSchema = z.object({
  runId: z.string(),
  stepId: z.string(),
  index: z.number().int().min(0),
  input: z.json(),
  status: stepStatusSchema,
  attempt: z.number().int(),
  output: z.json().nullable(),
  error: errorRecordSchema.nullable(),
  attempts: z.array(attemptSchema),
  endedAt: z.number().nullable(),
});
export type RunPart = z.infer<typeof runPartSchema>;

/** What exhausted its attempts: kept with input, error and history until redriven or discarded. */
export const deadLetterSchema = z.object({
  id: z.string(),
  runId: z.string(),
  documentId: z.string().nullable(),
  stepId: z.string(),
  stepKind: z.string(),
  /** Index of the fan-out part, null for a whole step. */
  part: z.number().int().nullable(),
  input: z.json(),
  error: errorRecordSchema,
  attempts: z.array(attemptSchema),
  createdAt: z.number(),
  status: z.enum(['open', 'redriven', 'discarded']),
  resolvedAt: z.number().nullable(),
  resolvedBy: z.string().nullable(),
  redrives: z.number().int(),
  /** When it is run again by itself; null: a person decides. */
  redriveAt: z.number().nullable().default(null),
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;
