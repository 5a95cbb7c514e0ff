import { z } from 'zod';
import { poolSchema } from './workflow.ts';

/**
 * One record that is the outbox entry, the place in the queue and the leased slot of a step (or part) that has to run:
 * written in the transaction that makes the step runnable, deleted in the one that records its result.
 * `ready` waits its turn; `dispatched` was published and holds a slot until `leaseExpiresAt`; `running` is held by a worker;
 * `delayed` becomes ready at `readyAt`, so that whatever is ready may start at once.
 */
export const workSchema = z.object({
  runId: z.string(),
  stepId: z.string(),
  part: z.number().int().nullable(),
  /** What the attempt does: a whole step, the plan of a fan-out, one part, or the merge. */
  phase: z.enum(['run', 'plan', 'part', 'merge']),
  kind: z.string(),
  pool: poolSchema,
  priority: z.number().int(),
  state: z.enum(['delayed', 'ready', 'dispatched', 'running']),
  readyAt: z.number(),
  /** Attempts made so far, the one under way included. */
  attempt: z.number().int(),
  /** Attempts that do not count against the limit: before a redrive, handed back, or refused by a service that is down. */
  uncounted: z.number().int().default(0),
  /** Its dependency was down when it asked: it waits for the breaker, where work that has not asked yet may start. */
  refused: z.boolean().optional(),
  /** Attempts that ended with their worker or converter dead; they have a limit of their own. */
  crashes: z.number().int().default(0),
  /** The dead letter that this redrives; a further failure reopens it. */
  deadLetterId: z.string().nullable().default(null),
  /** How often it was published; a message of an earlier dispatch is stale. */
  dispatch: z.number().int(),
  /** Of the worker that claimed it; a result with another token is refused. */
  leaseToken: z.string().nullable(),
  leaseExpiresAt: z.number().nullable(),
});
export type Work = z.infer<typeof workSchema>;

/** Topic of one step kind's messages. */
export const stepTopic = (kind: string): string => `step-${kind}`;
