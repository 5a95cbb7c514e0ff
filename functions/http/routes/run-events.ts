import { RectoError } from '#shared/domain/errors.ts';
import { isTerminal, type Run } from '#shared/domain/run.ts';
import { getRun } from '#shared/usecases/runs/get.ts';
import { runView } from '#shared/usecases/runs/view.ts';
import { watchRun } from '#shared/usecases/runs/watch.ts';
import { route } from '../kit/route.ts';
import type { Services } from '../services.ts';
import { pathId } from './schemas.ts';

const HEARTBEAT_MS = 15_000;
/** Open streams a tenant may have in one process. */
const MAX_STREAMS = 100;

export const runEvents = route({
  id: 'followRun',
  method: 'get',
  path: '/v1/runs/{id}/events',
  access: { scope: 'runs:read' },
  tag: 'Runs',
  summary: 'Follow a run as server-sent events',
  description:
    'An event `run` with the run as data each time it changes, `ended` when it has come to its end; the id is the revision, so that a client that comes back with Last-Event-ID misses nothing. The stream ends with the run.',
  answers: { 200: { description: 'The stream', mediaTypes: ['text/event-stream'] } },
  handle: async ({ c, ctx, params, services }) => {
    const id = pathId(params, 'id', 'run', 'run');
    await getRun(ctx, { id });
    const gone = new AbortController();
    const release = openStream(services, ctx.ports.tenantId);
    const events = watchRun(ctx, {
      id,
      afterRevision: lastEventId(c.req.header('last-event-id')),
      heartbeatMs: HEARTBEAT_MS,
      signal: AbortSignal.any([gone.signal, c.req.raw.signal]),
    });
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(encode('retry: 1000\n\n')),
      async pull(controller) {
        const next = await events.next().catch(() => null);
        if (next === null || next.done === true) {
          release();
          controller.close();
        } else controller.enqueue(encode(next.value === null ? ': still here\n\n' : frame(next.value)));
      },
      async cancel() {
        gone.abort();
        release();
        await events.return();
      },
    });
    return new Response(body, {
      headers: {
        ...c.get('answerHeaders'),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      },
    });
  },
});

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function frame(run: Run): string {
  const name = isTerminal(run.status) ? 'ended' : 'run';
  return `id: ${run.revision}\nevent: ${name}\ndata: ${JSON.stringify(runView(run))}\n\n`;
}

const lastEventId = (header: string | undefined): number =>
  header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : -1;

/** Counts the stream in; the returned function counts it out, once. */
function openStream({ streams }: Services, tenantId: string): () => void {
  const open = streams.get(tenantId) ?? 0;
  if (open >= MAX_STREAMS)
    throw new RectoError('overloaded', `${open} event streams are open, the most a tenant may have. Close some.`, {
      retryAfter: 5,
    });
  streams.set(tenantId, open + 1);
  let released = false;
  return () => {
    if (released) return;
    released = true;
    const left = (streams.get(tenantId) ?? 1) - 1;
    if (left > 0) streams.set(tenantId, left);
    else streams.delete(tenantId);
  };
}
