import { createInference, type InferenceOptions, type SendRequest } from '../adapters/embedded/inference.ts';
import { createDocumentAi } from '../adapters/inference/document-ai.ts';
import { type BreakerEvent, createEngineRegistry, type EngineRegistry } from '../adapters/inference/engine-registry.ts';
import { visionPreset } from '../adapters/inference/nanonets.ts';
import type { OcrEngine } from '../adapters/inference/ocr-engine.ts';
import { createOpenAiChat } from '../adapters/inference/openai-chat.ts';
import {
  accessToken,
  fileToken,
  fixedToken,
  identityToken,
  noToken,
  type TokenSource,
} from '../adapters/inference/token-source.ts';
import type { OcrConfig, OcrEngineConfig } from '../config-ocr.ts';
import { auditEvents, SYSTEM_TENANT } from '../domain/collections.ts';
import { newId } from '../domain/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { Inference } from '../ports/inference.ts';
import type { Logger } from '../ports/logger.ts';
import type { Metrics } from '../ports/metrics.ts';

export interface OcrEnginesParams {
  config: OcrConfig;
  /** Our own service where it is started here; asked for when an engine of the configuration has no URL. */
  own: () => Inference;
  /** The system's: breakers that open are on record. */
  store: DocumentStore;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  /** Tokens for a Google service, where the platform has a better source than the metadata server. */
  google?: (auth: 'identity' | 'google', url: string) => TokenSource;
  /** How requests to our own service are sent, where the platform before it has limits of its own. */
  send?: SendRequest;
}

/** The engines of the configuration as one `Inference`, each with its breaker. */
export function createOcrEngines(params: OcrEnginesParams): EngineRegistry {
  const { config, log } = params;
  for (const { id, because } of config.leftOut)
    log.warn('an OCR engine is left out; in production the platform would not start', { engine: id, because });
  const engines: OcrEngine[] = config.engines.map((engine) => ({
    id: engine.id,
    required: engine.required,
    inference: inferenceOf(engine, params),
  }));
  return createEngineRegistry({
    engines,
    failover: config.failover,
    clock: params.clock,
    log,
    metrics: params.metrics,
    onBreaker: (event) => void record(params, event),
  });
}

function inferenceOf(engine: OcrEngineConfig, params: OcrEnginesParams): Inference {
  const { url, id, model } = engine;
  if (url === null) return params.own();
  const token = tokenOf(engine, url, params);
  const timeout = engine.timeoutMs === null ? {} : { timeoutMs: engine.timeoutMs };
  switch (engine.kind) {
    case 'recto': {
      const authorization: InferenceOptions['authorization'] = async () => {
        const shown = await token(AbortSignal.timeout(5000));
        return shown === null ? null : `Bearer ${shown}`;
      };
      const send = params.send === undefined ? {} : { send: params.send };
      const { log, metrics } = params;
      return createInference({ service: url, authorization, log, metrics, ...timeout, ...send });
    }
    case 'openai-chat':
      return createOpenAiChat({
        engine: id,
        url,
        preset: visionPreset(id, model),
        token,
        price: engine.price,
        ...timeout,
      });
    case 'document-ai':
      return createDocumentAi({ engine: id, url, model, token, price: engine.price?.input ?? null, ...timeout });
  }
}

function tokenOf({ auth }: OcrEngineConfig, url: string, { clock, google }: OcrEnginesParams): TokenSource {
  switch (auth.kind) {
    case 'none':
      return noToken;
    case 'token':
      return fixedToken(auth.value);
    case 'file':
      return fileToken(auth.path);
    case 'identity':
      return google?.('identity', url) ?? identityToken(new URL(url).origin, { clock });
    case 'google':
      return google?.('google', url) ?? accessToken({ clock });
  }
}

/** Opening and closing of a breaker is on record beside what people did; the probes in between are only logged. */
async function record({ store, clock, log }: OcrEnginesParams, event: BreakerEvent): Promise<void> {
  if (event.to === 'half-open' || (event.to === 'open' && event.from === 'half-open')) return;
  const occurredAt = clock.now();
  const id = newId('audit', occurredAt);
  try {
    await store.transaction(async (tx) =>
      tx.create(
        auditEvents,
        { id, tenantId: SYSTEM_TENANT },
        {
          id,
          action: event.to === 'open' ? 'ocr-engine.breaker-opened' : 'ocr-engine.breaker-closed',
          occurredAt,
          actor: { kind: 'system', id: 'ocr-engines' },
          targets: [{ type: 'ocr-engine', id: event.engine }],
          requestId: null,
          metadata: { because: event.because },
        },
      ),
    );
  } catch (error) {
    log.warn('the change of a breaker could not be recorded', { engine: event.engine, error: String(error) });
  }
}
