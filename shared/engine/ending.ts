import type { Run, RunPart } from '../domain/run.ts';
import type { Work } from '../domain/work.ts';
import type { Transaction } from '../ports/document-store.ts';
import type { Claim } from './claim.ts';
import type { EngineCore } from './core.ts';

/** What the ending transaction works on; `run` and `part` are changed in place, `created` is the work that may start now. */
export interface Ending {
  core: EngineCore;
  tx: Transaction;
  claim: Claim;
  run: Run;
  part: RunPart | null;
  now: number;
  created: { id: string; work: Work }[];
}
