import type { ServiceProcess } from '../adapters/embedded/service-process.ts';
import type { EngineRegistry, EngineState } from '../adapters/inference/engine-registry.ts';
import type { Clock } from '../ports/clock.ts';
import type { DependencyHealth } from '../ports/platform.ts';

/** Upstreams are asked no more often than this, however often we are. */
const ASK_AGAIN_MS = 5000;
const PROBE_MS = 3500;

/**
 * `ocr`: whether every required engine works; where there is more than our own, `ocr:<engine>` for each. None is required for
 * documents to be taken in: without OCR they wait.
 */
export function ocrHealth(params: {
  engines: EngineRegistry;
  /** Null when our own service runs elsewhere. */
  ocr: ServiceProcess | null;
  clock: Clock;
}): () => Promise<DependencyHealth[]> {
  const { engines, ocr, clock } = params;
  const lastSuccess = new Map<string, number>();
  let asked: { at: number; states: Promise<EngineState[]> } | null = null;

  const states = (): Promise<EngineState[]> => {
    const now = clock.now();
    if (asked === null || now - asked.at >= ASK_AGAIN_MS)
      asked = { at: now, states: engines.states(AbortSignal.timeout(PROBE_MS)) };
    return asked.states;
  };
  const health = (name: string, problems: readonly string[]): DependencyHealth => {
    const ok = problems.length === 0;
    if (ok) lastSuccess.set(name, clock.now());
    const lastSuccessAt = lastSuccess.get(name) ?? null;
    return { name, ok, required: false, lastSuccessAt, message: ok ? null : problems.join(' ') };
  };
  const problemsOf = (state: EngineState): string[] => {
    if (state.engine === 'recto-ppocr' && ocr?.state() === 'failing')
      return ['the OCR service keeps failing to start; see the log'];
    if (state.problem !== null) return [state.problem];
    return state.breaker === 'open'
      ? [`The OCR engine ${state.engine} failed too often; it is asked again shortly.`]
      : [];
  };

  return async () => {
    const now = await states();
    const all = health('ocr', now.filter(({ required }) => required).flatMap(problemsOf));
    return now.length < 2 ? [all] : [all, ...now.map((state) => health(`ocr:${state.engine}`, problemsOf(state)))];
  };
}
