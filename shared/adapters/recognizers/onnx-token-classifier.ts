import { readFile } from 'node:fs/promises';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { RectoError } from '../../domain/errors.ts';
import type { Entity } from '../../domain/redaction/entity.ts';
import type { EntityRecognizer } from '../../ports/entity-recognizer.ts';
import { createWordPiece, type PiecedWord } from './word-piece.ts';

export interface OnnxTokenClassifierOptions {
  name: string;
  /** A model with `input_ids`, perhaps `attention_mask` and `token_type_ids`, int64; its first output `[1, tokens, labels]`. */
  model: string;
  /** WordPiece vocabulary, a piece a line. */
  vocabulary: string;
  lowerCase: boolean;
  /** By output: `O`, `B-PER`, `I-PER`, … */
  labels: readonly string[];
  /** Words of this product for the labels' types; what is missing is not reported. */
  types: Readonly<Record<string, string>>;
  languages?: readonly string[];
  /** Tokens a model takes at once. Default 512. */
  maxTokens?: number;
  threads?: number;
}

interface Loaded {
  session: InferenceSession;
  tensor: (ids: readonly number[]) => Tensor;
  pieces: ReturnType<typeof createWordPiece>;
}

/** Any token-classification model of the BERT family in ONNX, in this process. Loaded by the first text, kept. */
export function createOnnxTokenClassifier(options: OnnxTokenClassifierOptions): EntityRecognizer {
  const { name, labels, types, maxTokens = 512 } = options;
  let loading: Promise<Loaded> | null = null;

  async function load(): Promise<Loaded> {
    try {
      const [runtime, vocabulary] = await Promise.all([
        import('onnxruntime-node'),
        readFile(options.vocabulary, 'utf8'),
      ]);
      const session = await runtime.InferenceSession.create(options.model, {
        intraOpNumThreads: options.threads ?? 1,
        interOpNumThreads: 1,
      });
      return {
        session,
        tensor: (ids) => new runtime.Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
        pieces: createWordPiece(
          vocabulary.split(/\r?\n/).filter((piece) => piece !== ''),
          options.lowerCase,
        ),
      };
    } catch (cause) {
      throw new RectoError('recognizer_unavailable', `The model of the recognizer ${name} cannot be loaded.`, {
        cause,
      });
    }
  }
  const loaded = (): Promise<Loaded> => {
    loading ??= load().catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };

  /** Likeliest label and its probability for each word: that of its first piece. */
  async function classify(words: readonly PiecedWord[], { session, tensor, pieces }: Loaded) {
    const ids = [pieces.first];
    const at: number[] = [];
    for (const word of words) {
      at.push(ids.length);
      ids.push(...word.ids);
    }
    ids.push(pieces.last);
    const inputs: Record<string, Tensor> = { input_ids: tensor(ids) };
    if (session.inputNames.includes('attention_mask')) inputs.attention_mask = tensor(ids.map(() => 1));
    if (session.inputNames.includes('token_type_ids')) inputs.token_type_ids = tensor(ids.map(() => 0));
    const answer = await session.run(inputs);
    const logits = answer[session.outputNames[0] ?? '']?.data;
    if (!(logits instanceof Float32Array) || logits.length !== ids.length * labels.length)
      throw new RectoError(
        'recognizer_unavailable',
        `The model of ${name} does not answer with ${labels.length} labels a token.`,
      );
    return at.map((token) => {
      const row = logits.subarray(token * labels.length, (token + 1) * labels.length);
      const top = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const sum = row.reduce((total, value) => total + Math.exp(value - top), 0);
      return { label: labels[row.indexOf(top)] ?? 'O', score: 1 / sum };
    });
  }

  async function find(text: string, model: Loaded, signal?: AbortSignal): Promise<Entity[]> {
    const words = model.pieces.words(text);
    const found: Entity[] = [];
    let last: { type: string; scores: number[]; entity: Entity } | null = null;
    for (let from = 0; from < words.length; ) {
      signal?.throwIfAborted();
      let to = from;
      for (let tokens = 2; to < words.length; to++) {
        tokens += words[to]?.ids.length ?? 0;
        if (tokens > maxTokens && to > from) break;
      }
      const some = words.slice(from, to);
      const classes = await classify(some, model);
      for (const [index, word] of some.entries()) {
        const { label, score } = classes[index] ?? { label: 'O', score: 0 };
        const [, begin, kind = ''] = /^(?:(B|I)-)?(.+)$/.exec(label) ?? [];
        const type = label === 'O' ? undefined : types[kind];
        if (type === undefined) last = null;
        else if (last !== null && last.type === kind && begin !== 'B') {
          last.scores.push(score);
          last.entity.end = word.end;
          last.entity.score = last.scores.reduce((a, b) => a + b, 0) / last.scores.length;
        } else {
          const entity: Entity = {
            type,
            start: word.start,
            end: word.end,
            score,
            recognizer: name,
            why: `model label ${kind}`,
          };
          found.push(entity);
          last = { type: kind, scores: [score], entity };
        }
      }
      from = to;
    }
    return found;
  }

  return {
    name,
    types: [...new Set(Object.values(types))],
    languages: options.languages ?? [],
    recognize: async ({ texts, signal }) => {
      const model = await loaded();
      const all: Entity[][] = [];
      for (const text of texts) all.push(await find(text, model, signal));
      return all;
    },
    ready: async () => {
      await loaded();
    },
  };
}
