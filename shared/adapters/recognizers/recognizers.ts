import { RectoError } from '../../domain/errors.ts';
import type { Entity } from '../../domain/redaction/entity.ts';
import type { Recognizer } from '../../domain/redaction/recognizer.ts';
import { RECOGNIZERS } from '../../domain/redaction/registry.ts';
import type { EntityRecognizer, RecognizeParams, Recognizers } from '../../ports/entity-recognizer.ts';
import type { Logger } from '../../ports/logger.ts';

export interface Engine {
  engine: EntityRecognizer;
  /** Redaction without it is no redaction: its failure is the caller's. */
  required: boolean;
}

export interface RecognizersOptions {
  /** Loads what runs in this process beside the patterns; called once, again after a failure. */
  load: readonly (() => Promise<Recognizer>)[];
  engines?: readonly Engine[];
  log: Logger;
}

/** Patterns, the learned model and further engines as one. The model is loaded when it is first wanted. */
export function createRecognizers({ load, engines = [], log }: RecognizersOptions): Recognizers {
  let loaded: Promise<readonly Recognizer[]> | null = null;
  return {
    local: () => {
      loaded ??= Promise.all(load.map((one) => one())).then(
        (more) => [...RECOGNIZERS, ...more],
        (error: unknown) => {
          loaded = null;
          throw error;
        },
      );
      return loaded;
    },
    ask: async (params) => {
      const byText = new Map<string, Entity[]>();
      if (engines.length === 0) return byText;
      const texts = [...new Set(params.texts)];
      const answers = await Promise.all(engines.map((engine) => answersOf(engine, { ...params, texts }, log)));
      texts.forEach((text, index) => {
        byText.set(
          text,
          answers.flatMap((answer) => answer[index] ?? []),
        );
      });
      return byText;
    },
  };
}

async function answersOf({ engine, required }: Engine, params: RecognizeParams, log: Logger): Promise<Entity[][]> {
  try {
    const answer = await engine.recognize(params);
    if (answer.length !== params.texts.length)
      throw new RectoError('recognizer_unavailable', `The recognizer ${engine.name} left texts unanswered.`);
    return answer;
  } catch (error) {
    params.signal?.throwIfAborted();
    if (required) throw error;
    log.warn('a recognizer that is not required did not answer', { recognizer: engine.name, error: String(error) });
    return [];
  }
}
