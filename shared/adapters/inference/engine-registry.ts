import { RectoError, toRectoError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Inference, OcrReading } from '../../ports/inference.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics.ts';
import {
  BREAKER_RULES,
  type BreakerRules,
  type BreakerState,
  createEngineBreaker,
  type EngineBreaker,
} from './engine-breaker.ts';
import { mergedCatalogue } from './merged-catalogue.ts';
import type { OcrEngine } from './ocr-engine.ts';

export interface BreakerEvent {
  engine: string;
  from: BreakerState;
  to: BreakerState;
  /** Code of the last error of the engine. */
  because: string | null;
}

export interface EngineRegistryOptions {
  /** In the order of preference: the first is the default. At least one. */
  engines: readonly OcrEngine[];
  /** `ordered`: when the engine asked for is down, the next of the list reads, and the result says so. `none`: work waits. */
  failover: 'none' | 'ordered';
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  rules?: BreakerRules;
  /** Told of each change of a breaker; must not throw. */
  onBreaker?: (event: BreakerEvent) => void;
}

export interface EngineState {
  engine: string;
  required: boolean;
  breaker: BreakerState;
  /** Null: it answers. */
  problem: string | null;
}

export interface EngineRegistry extends Inference {
  /** Asks every engine whether it is there. Never rejects. */
  states(signal?: AbortSignal): Promise<EngineState[]>;
}

/** The engine's fault: it counts against its breaker, and another engine may do better. */
const OF_THE_ENGINE: readonly string[] = ['dependency_unavailable', 'worker_crashed', 'internal'];
/** What keeps an engine from reading at all. A page that one engine cannot read is not handed round. */
const FAILS_OVER: readonly string[] = ['dependency_unavailable', 'internal'];
const BREAKER_GAUGE: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 1, open: 2 };

/**
 * Several engines as one `Inference`. `model` chooses: `<engine>`, `<engine>/<model>`, or a model of the default engine.
 * Each engine has its own circuit breaker. Errors: those of the engines; `invalid_request` for an engine that there is not.
 */
export function createEngineRegistry(options: EngineRegistryOptions): EngineRegistry {
  const { engines, failover, clock, log, metrics } = options;
  const [first] = engines;
  if (first === undefined)
    throw new RectoError('not_configured', 'There is no OCR engine. Name one in RECTO_OCR_ENGINES.');
  const lastError = new Map<string, string>();
  const breakers = new Map<string, EngineBreaker>();
  for (const { id } of engines) {
    const changed = (from: BreakerState, to: BreakerState): void => {
      metrics.gauge('recto_ocr_engine_breaker_state', BREAKER_GAUGE[to], { engine: id });
      const event = { engine: id, from, to, because: lastError.get(id) ?? null };
      log.warn("an OCR engine's breaker changed", event);
      options.onBreaker?.(event);
    };
    breakers.set(id, createEngineBreaker(clock, options.rules ?? BREAKER_RULES, changed));
    metrics.gauge('recto_ocr_engine_breaker_state', BREAKER_GAUGE.closed, { engine: id });
  }

  const choose = (wanted: string | null | undefined): { engine: OcrEngine; model: string | null } => {
    if (wanted === null || wanted === undefined || wanted === '') return { engine: first, model: null };
    const slash = wanted.indexOf('/');
    const name = slash < 0 ? wanted : wanted.slice(0, slash);
    const engine = engines.find(({ id }) => id === name);
    if (engine === undefined) return { engine: first, model: wanted };
    return { engine, model: slash < 0 ? null : wanted.slice(slash + 1) || null };
  };

  async function callOne(engine: OcrEngine, params: Parameters<Inference['ocr']>[0]): Promise<OcrReading> {
    const { id } = engine;
    const breaker = breakers.get(id);
    const admission = breaker?.enter() ?? null;
    if (breaker === undefined || admission === null)
      throw new RectoError(
        'dependency_unavailable',
        `The OCR engine ${id} failed too often (last with ${lastError.get(id) ?? 'an error'}); it is asked again shortly.`,
        { retryAfter: Math.ceil((breaker?.waitMs() ?? 0) / 1000) },
      );
    const startedAt = performance.now();
    let outcome = 'ok';
    try {
      const reading = await engine.inference.ocr(params);
      admission.succeeded();
      count(id, reading);
      return { ...reading, engine: id };
    } catch (thrown) {
      outcome = params.signal?.aborted === true ? 'cancelled' : toRectoError(thrown).code;
      if (OF_THE_ENGINE.includes(outcome)) {
        lastError.set(id, outcome);
        admission.failed();
      } else admission.released();
      throw thrown;
    } finally {
      metrics.increment('recto_ocr_engine_calls_total', { engine: id, outcome });
      metrics.observe('recto_ocr_engine_call_seconds', (performance.now() - startedAt) / 1000, { engine: id });
    }
  }

  function count(engine: string, { usage }: OcrReading): void {
    if (usage === undefined) return;
    const { inputTokens, outputTokens, costUsd } = usage;
    if (inputTokens !== null)
      metrics.increment('recto_ocr_engine_tokens_total', { engine, kind: 'input' }, inputTokens);
    if (outputTokens !== null)
      metrics.increment('recto_ocr_engine_tokens_total', { engine, kind: 'output' }, outputTokens);
    if (costUsd !== null) metrics.increment('recto_ocr_engine_cost_usd_total', { engine }, costUsd);
  }

  /** Bounded by what the engines' own probes wait. */
  const stateOf = async ({ id, required, inference }: OcrEngine, signal?: AbortSignal): Promise<EngineState> => {
    const breaker = breakers.get(id)?.state() ?? 'closed';
    const problem = await inference.ready(signal).then(
      () => null,
      (thrown: unknown) => toRectoError(thrown).message,
    );
    return { engine: id, required, breaker, problem };
  };

  return {
    ocr: async (params) => {
      const asked = choose(params.model);
      const others = failover === 'ordered' ? engines.filter((engine) => engine !== asked.engine) : [];
      try {
        return await callOne(asked.engine, { ...params, model: asked.model });
      } catch (thrown) {
        const error = toRectoError(thrown);
        if (!FAILS_OVER.includes(error.code) || params.signal?.aborted === true) throw thrown;
        for (const engine of others) {
          const reading = await callOne(engine, { ...params, model: null }).catch((again: unknown) => {
            if (!FAILS_OVER.includes(toRectoError(again).code) || params.signal?.aborted === true) throw again;
            return null;
          });
          if (reading === null) continue;
          log.warn('another OCR engine read than the one asked for', {
            asked: asked.engine.id,
            engine: engine.id,
            because: error.code,
          });
          metrics.increment('recto_ocr_engine_failovers_total', { asked: asked.engine.id, engine: engine.id });
          return { ...reading, degraded: { asked: asked.engine.id, because: error.code } };
        }
        throw thrown;
      }
    },
    catalogue: mergedCatalogue(engines),
    byDefaultEngine: (model) => choose(model).engine === first,
    ready: async (signal) => {
      const states = await Promise.all(engines.filter(({ required }) => required).map((one) => stateOf(one, signal)));
      const down = states.filter(({ problem }) => problem !== null);
      if (down.length > 0) throw new RectoError('dependency_unavailable', down.map(({ problem }) => problem).join(' '));
    },
    states: (signal) => Promise.all(engines.map((one) => stateOf(one, signal))),
  };
}
