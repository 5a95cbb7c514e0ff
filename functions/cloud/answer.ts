import type { IncomingMessage, ServerResponse } from 'node:http';
import { toRectoError } from '#shared/domain/errors.ts';
import { newId } from '#shared/domain/ids.ts';
import type { Platform } from '#shared/ports/platform.ts';
import { PROBLEM_TYPE, toProblem } from '../http/kit/problem.ts';

type Told = Pick<Platform, 'log' | 'metrics' | 'clock'>;

/** Answers a call of the platform's own with a problem, and tells the log why; a caller who may not is counted. */
export function answerProblem(req: IncomingMessage, res: ServerResponse, thrown: unknown, told: Told): void {
  const error = toRectoError(thrown);
  const path = req.url ?? '';
  if (error.code === 'forbidden') {
    told.metrics.increment('recto_refused_callers_total');
    told.log.warn('a caller was refused', { path, reason: error.details?.reason ?? null });
  } else if (error.code === 'not_found') told.log.debug('a call of nothing that is here', { path });
  else told.log.warn('a call was not answered', { path, code: error.code, error: thrown });
  if (res.headersSent) return;
  const { problem } = toProblem(error, newId('request', told.clock.now()));
  // Only what is at fault itself is told to come again by its status alone.
  const again = problem.status < 500 && error.class === 'transient' && problem.status !== 429;
  res.writeHead(again ? 503 : problem.status, { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' });
  res.end(JSON.stringify(problem));
}
