import { z } from 'zod';
import type { DependencyHealth, Platform } from '#shared/ports/platform.ts';
import { mergeMetrics } from './merge-metrics.ts';
import { HEALTH_PATH, METRICS_PATH } from './step-worker-protocol.ts';

const TIMEOUT_MS = 2000;
const healthSchema = z.array(
  z.object({
    name: z.string(),
    ok: z.boolean(),
    required: z.boolean(),
    lastSuccessAt: z.number().nullable(),
    message: z.string().nullable(),
  }),
);
/** What the step worker knows better: it is the one that converts. */
const OF_THE_WORKER = new Set(['office']);

/** The front's platform, speaking for the step worker as well: one answer for both processes at `/readyz` and `/metrics`. */
export function withStepWorker(platform: Platform, worker: { url: () => string | null; token: string }): Platform {
  let lastSuccessAt: number | null = null;
  const ask = async (path: string): Promise<string> => {
    const url = worker.url();
    if (url === null) throw new Error('the step worker is starting');
    const answer = await fetch(url + path, {
      headers: { authorization: `Bearer ${worker.token}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`the step worker answered ${answer.status}`);
    lastSuccessAt = platform.clock.now();
    return answer.text();
  };
  return {
    ...platform,
    health: async () => {
      const [own, remote] = await Promise.all([platform.health(), workerHealth(() => ask(HEALTH_PATH))]);
      const state: DependencyHealth = {
        name: 'step-worker',
        ok: remote.ok,
        required: false,
        lastSuccessAt,
        message: remote.message,
      };
      const known = remote.health.filter(({ name }) => OF_THE_WORKER.has(name));
      const replaced = new Set(known.map(({ name }) => name));
      return [...own.filter(({ name }) => !replaced.has(name)), ...known, state];
    },
    metrics: {
      ...platform.metrics,
      expose: async () => {
        const own = await platform.metrics.expose();
        const remote = await ask(METRICS_PATH).catch(() => '');
        return mergeMetrics([
          { process: 'front', text: own },
          { process: 'steps', text: remote },
        ]);
      },
    },
  };
}

async function workerHealth(
  ask: () => Promise<string>,
): Promise<{ ok: boolean; message: string | null; health: DependencyHealth[] }> {
  try {
    return { ok: true, message: null, health: healthSchema.parse(JSON.parse(await ask())) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error), health: [] };
  }
}
