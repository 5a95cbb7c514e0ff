import type { Entity } from '../entity.ts';
import type { Recognizer } from '../recognizer.ts';
import { wholeAddresses } from './addresses.ts';
import { factsOf, PAD } from './facts.ts';
import { insideOf, LEARNED_NAMES, NER_TYPES, OUTSIDE, typeOf } from './labels.ts';
import { BIT } from './lexicon.ts';
import { bestLabels, emissions, logOdds, type NerModel } from './model.ts';
import { isPlausible } from './plausible.ts';
import { Repeats } from './repeats.ts';
import { type Tokens, tokenize, WORD } from './tokenize.ts';

/** Characters read at once; long enough for a paragraph, short enough that memory stays small. */
const PIECE = 1600;
/** A missed name costs more than one too many: by how much each is helped, in log odds. */
const BIAS = 1;
const UNDERSCORE = 95;

/** Where to end a piece: at a blank line, the end of a sentence or of a line, a space; else right there. */
function endOfPiece(text: string, from: number): number {
  const limit = from + PIECE;
  if (limit >= text.length) return text.length;
  const half = text.slice(from + PIECE / 2, limit);
  for (const mark of ['\n\n', '. ', '\n', ' ']) {
    const at = half.lastIndexOf(mark);
    if (at >= 0) return from + PIECE / 2 + at + mark.length;
  }
  return limit;
}

/** The odds moved by the bias that found the entity, so that .5 is the point of indifference. */
const scoreOf = (odds: number, bias: number): number =>
  Math.round(Math.min(0.99, 1 / (1 + Math.exp(-odds - bias))) * 1000) / 1000;

/** Whether there is a word of two letters: lone letters, numbers and marks make no name, and cost the most by their length. */
function hasWord(text: string, { count, starts, ends, kinds }: Tokens): boolean {
  for (let i = 0; i < count; i++)
    if (kinds[i] === WORD && (ends[i] ?? 0) - (starts[i] ?? 0) > 1 && text.charCodeAt(starts[i] ?? 0) !== UNDERSCORE)
      return true;
  return false;
}

function findIn(model: NerModel, bias: number, text: string, from: number, to: number, repeats: Repeats): Entity[] {
  const tokens = tokenize(text, from, to);
  const { count, starts, ends } = tokens;
  const found: Entity[] = [];
  if (!hasWord(text, tokens)) return found;
  const facts = factsOf(text, tokens, model.lexicon);
  const scores = emissions(model, facts, count);
  const labels = bestLabels(scores, model.transitions, count, bias);
  for (let i = 0; i < count; ) {
    const label = labels[i] ?? OUTSIDE;
    if (label === OUTSIDE) {
      i++;
      continue;
    }
    const type = typeOf(label);
    let k = i + 1;
    while (k < count && labels[k] === insideOf(type)) k++;
    const name = NER_TYPES[type] ?? 'PERSON';
    const start = starts[i] ?? from;
    const end = ends[k - 1] ?? to;
    const dated = facts.bits.subarray(i + PAD, k + PAD).some((bits) => (bits & BIT.DATE_WORD) !== 0);
    if (!isPlausible(name, text.slice(start, end), dated)) {
      i = k;
      continue;
    }
    const odds = logOdds(scores, model.transitions, labels, i, k);
    found.push({
      type: name,
      start,
      end,
      score: scoreOf(odds, bias),
      recognizer: LEARNED_NAMES,
      why: `learned model ${model.version}`,
    });
    i = k;
  }
  repeats.note(text, tokens, facts, labels, found);
  return found;
}

/** The learned model as a recognizer: people, organizations, places, addresses, dates, titles, ages, nationalities. Linear. */
export function learnedNames(model: NerModel, bias = BIAS): Recognizer {
  return {
    name: LEARNED_NAMES,
    types: NER_TYPES,
    languages: ['en'],
    find: ({ text }) => {
      const found: Entity[] = [];
      const repeats = new Repeats();
      for (let from = 0; from < text.length; ) {
        const to = endOfPiece(text, from);
        found.push(...findIn(model, bias, text, from, to, repeats));
        from = to;
      }
      return [...wholeAddresses(text, found), ...repeats.entities(model.version)].sort((a, b) => a.start - b.start);
    },
  };
}
