import { isTerminal, type Run } from '../../domain/run.ts';
import type { UseCaseContext } from '../context.ts';
import { getRun } from './get.ts';

const POLL_MS = 250;

/**
 * The run each time its revision has grown past `afterRevision`, until it has ended or `signal` aborts; null as a
 * heartbeat whenever `heartbeatMs` went by without news. Revisions between two looks are passed over: the state is whole
 * in each. Throws `not_found` at the first step when there is no such run; a run erased later just ends it.
 */
export async function* watchRun(
  ctx: UseCaseContext,
  input: { id: string; afterRevision: number; heartbeatMs: number; signal: AbortSignal },
): AsyncGenerator<Run | null, void> {
  const { clock } = ctx.platform;
  let run: Run | null = await getRun(ctx, input);
  let seen = input.afterRevision;
  let lastSent = clock.now();
  while (run !== null && !input.signal.aborted) {
    if (run.revision > seen) {
      seen = run.revision;
      lastSent = clock.now();
      yield run;
    } else if (clock.now() - lastSent >= input.heartbeatMs) {
      lastSent = clock.now();
      yield null;
    }
    if (isTerminal(run.status)) return;
    const aborted = await clock.sleep(POLL_MS, input.signal).then(
      () => false,
      () => true,
    );
    if (aborted) return;
    run = await getRun(ctx, input).catch(() => null);
  }
}
