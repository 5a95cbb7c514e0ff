import type { Entity } from '../domain/redaction/entity.ts';
import type { Recognizer } from '../domain/redaction/recognizer.ts';

export interface RecognizeParams {
  texts: readonly string[];
  /** ISO 639-1, where the caller knows it. */
  language?: string;
  signal?: AbortSignal;
}

/**
 * An engine that finds entities in texts: a model in this process, a service elsewhere. One list for each text, in the order
 * of the texts; offsets are UTF-16 units of that text; entities of one text may overlap. Errors: `recognizer_unavailable`
 * where it cannot work at all (no model, no permission), `dependency_unavailable` and `overloaded` where it may later,
 * `limit_exceeded` for a text it cannot take. It never answers with less than it was asked for.
 */
export interface EntityRecognizer {
  readonly name: string;
  /** Entity types it may report. */
  readonly types: readonly string[];
  /** ISO 639-1 codes; empty: any. */
  readonly languages: readonly string[];
  recognize(params: RecognizeParams): Promise<Entity[][]>;
  /** Rejects unless it is ready to work. */
  ready(signal?: AbortSignal): Promise<void>;
}

/** All that finds entities on this platform. What is required and missing is an error: redaction without it would look done. */
export interface Recognizers {
  /**
   * What runs in this process, patterns and learned model, for `findEntities`. The model is loaded by the first call and
   * kept. Errors: `recognizer_unavailable` where its file is missing or damaged.
   */
  local(): Promise<readonly Recognizer[]>;
  /**
   * What the other engines find, by text; empty where there are none. Errors: those of a required engine; one that is not
   * required and fails is left out, with a line in the log.
   */
  ask(params: RecognizeParams): Promise<ReadonlyMap<string, readonly Entity[]>>;
}
