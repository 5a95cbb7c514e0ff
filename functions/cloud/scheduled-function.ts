import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { RectoError } from '#shared/domain/errors.ts';
import type { Handle } from '../main.ts';
import { answerProblem } from './answer.ts';
import type { Started } from './start-function.ts';

const MAX_BODY = 10_000;

/** What the job sends: how often it should run, and for how long it repeats itself when that is more often than jobs can be. */
const callSchema = z.object({
  everySeconds: z.number().positive().max(3600).default(60),
  forSeconds: z.number().min(0).max(1500).default(0),
});
export type ScheduledCall = z.infer<typeof callSchema>;
export type Sweep = (call: ScheduledCall) => Promise<void>;

/** Takes calls of Cloud Scheduler, one sweep a path: 204 when it is done, else the job tries again as it is set to. */
export function scheduledFunction(
  { platform, checkCaller, after }: Pick<Started, 'platform' | 'checkCaller' | 'after'>,
  sweeps: ReadonlyMap<string, Sweep>,
): Handle {
  return async (req, res) => {
    try {
      const sweep = sweeps.get(req.url ?? '');
      if (sweep === undefined || req.method !== 'POST')
        throw new RectoError('not_found', 'There is no sweep at this path.');
      await checkCaller(req.headers.authorization);
      await sweep(callSchema.parse(await bodyOf(req)));
      await after.settle();
      res.writeHead(204).end();
    } catch (thrown) {
      answerProblem(req, res, thrown, platform);
    }
  };
}

async function bodyOf(req: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of req) {
    text += String(chunk);
    if (text.length > MAX_BODY) throw new RectoError('body_too_large', 'The call of a sweep is small.');
  }
  return text === '' ? {} : JSON.parse(text);
}
