import type { ErrorRecord } from './run.ts';

const MINUTE_MS = 60_000;
/** Pauses before a dead letter is run again by itself: a restart, an outage, a night. Then it is a person's. */
const PAUSES_MS: readonly number[] = [15 * MINUTE_MS, 2 * 60 * MINUTE_MS, 12 * 60 * MINUTE_MS];

/**
 * When a dead letter is run again by itself; null where a person has to decide. Only what passes by its nature: not what is the
 * document's fault, took its worker down, or took too long in every one of its attempts. `redrives`: how often it was run
 * again so far, by whomever.
 */
export function redriveAt(error: Pick<ErrorRecord, 'class' | 'code'>, redrives: number, now: number): number | null {
  if (error.class !== 'transient' || error.code === 'step_timeout') return null;
  const pause = PAUSES_MS[redrives];
  return pause === undefined ? null : now + pause;
}
