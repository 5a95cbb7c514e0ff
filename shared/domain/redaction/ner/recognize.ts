import type { Entity } from '../entity.ts';
import type { Recognizer } from '../recognizer.ts';
import { factsOf } from './facts.ts';
import { insideOf, LABELS, NER_TYPES, OUTSIDE, typeOf } from './labels.ts';
import { bestLabels, emissions, marginals, type NerModel } from './model.ts';
import { tokenize } from './tokenize.ts';

/** Characters read at once; long enough for a paragraph, short enough that memory stays small. */
const PIECE = 1600;
/** A missed name costs more than one too many: by how much "outside" is held back, in log odds. */
const BIAS = 0.7;

/** Where to end a piece: at a blank line, the end of a sentence or of a line, a space; else right there. */
function endOfPiece(text: string, from: number): number {
  const limit = from + PIECE;
  if (limit >= text.length) return text.length;
  for (const mark of ['\n\n', '. ', '\n', ' ']) {
    const at = text.lastIndexOf(mark, limit - mark.length);
    if (at > from + PIECE / 2) return at + mark.length;
  }
  return limit;
}

/** The probability as odds moved by the same bias that found the entity, so that .5 is the point of indifference. */
const biased = (probability: number): number => {
  const rest = (1 - probability) * Math.exp(-BIAS);
  return probability / (probability + rest);
};

function findIn(model: NerModel, text: string, from: number, to: number, found: Entity[]): void {
  const tokens = tokenize(text, from, to);
  const { count, starts, ends } = tokens;
  if (count === 0) return;
  const facts = factsOf(text, tokens, model.lexicon);
  const scores = emissions(model, facts, count);
  const labels = bestLabels(scores, model.transitions, count, BIAS);
  if (labels.every((label) => label === OUTSIDE)) return;
  const shares = marginals(scores, model.transitions, count);
  for (let i = 0; i < count; ) {
    const label = labels[i] ?? OUTSIDE;
    if (label === OUTSIDE) {
      i++;
      continue;
    }
    const type = typeOf(label);
    let sum = 0;
    let k = i;
    do {
      sum += 1 - (shares[k * LABELS + OUTSIDE] ?? 0);
      k++;
    } while (k < count && labels[k] === insideOf(type));
    found.push({
      type: NER_TYPES[type] ?? 'PERSON',
      start: starts[i] ?? from,
      end: ends[k - 1] ?? to,
      score: Math.round(biased(Math.min(0.999, sum / (k - i))) * 1000) / 1000,
      recognizer: 'learned-names',
      why: `learned model ${model.version}`,
    });
    i = k;
  }
}

/** The learned model as a recognizer: people, organizations, places, addresses, dates, titles, ages, nationalities. Linear. */
export function learnedNames(model: NerModel): Recognizer {
  return {
    name: 'learned-names',
    types: NER_TYPES,
    languages: ['en'],
    find: ({ text }) => {
      const found: Entity[] = [];
      for (let from = 0; from < text.length; ) {
        const to = endOfPiece(text, from);
        findIn(model, text, from, to, found);
        from = to;
      }
      return found;
    },
  };
}
