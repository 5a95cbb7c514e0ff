import { encodeModel } from '#shared/domain/redaction/ner/file.ts';
import { augment, joined } from './augment.ts';
import type { Corpus, Template } from './corpus.ts';
import { Trainer } from './crf.ts';
import { exampleOf } from './data.ts';
import type { Lists } from './lists.ts';
import { Random } from './random.ts';
import { refilled } from './refill.ts';
import { assemble, expand, type Sample } from './samples.ts';

export interface LearnOptions {
  epochs: number;
  /** Texts made of our own templates, an epoch. */
  size: number;
  /** Buckets, as a power of two. */
  bits: number;
  rate: number;
  decay: number;
  seed: number;
}

export const DEFAULTS: LearnOptions = { epochs: 9, size: 24_000, bits: 21, rate: 0.1, decay: 0.0005, seed: 7 };

/** How often a source of templates has its turn, where not once. */
const WEIGHTS: Readonly<Record<string, number>> = { negatives: 3, technical: 3, business: 2, addresses: 2 };

export const fresh = ({ line, group, source }: Template, random: Random, lists: Lists): Sample =>
  assemble(expand(line, random, lists), group, source);

/** The texts of one epoch, newly filled and changed. */
function epochOf(corpus: Corpus, bySource: readonly Template[][], size: number, random: Random): Sample[] {
  const { lists } = corpus;
  const samples: Sample[] = [];
  for (let i = 0; i < size; i++)
    samples.push(augment(fresh(random.pick(random.pick(bySource)), random, lists), random));
  for (const sample of corpus.generated)
    samples.push(random.chance(0.5) ? augment(refilled(sample, random, lists), random) : augment(sample, random));
  for (const sample of corpus.gold)
    samples.push(augment(sample, random), augment(sample, random), augment(refilled(sample, random, lists), random));
  for (const sample of corpus.tweets) samples.push(augment(sample, random));
  for (const text of lists.prose)
    samples.push(augment({ text, spans: [], unlabelled: [], unknown: [], group: 'prose', source: 'prose' }, random));
  random.shuffle(samples);
  const texts: Sample[] = [];
  for (let i = 0; i < samples.length; ) {
    const take = random.chance(0.7) ? 1 : 2 + random.below(3);
    texts.push(joined(samples.slice(i, i + take), random));
    i += take;
  }
  return texts;
}

/** Learns from all of a corpus; `after` is called with the trainer after each epoch. */
export function learn(
  corpus: Corpus,
  options: LearnOptions,
  after?: (epoch: number, trainer: Trainer) => void,
): Trainer {
  const random = new Random(options.seed);
  const trainer = new Trainer(options.bits, options.rate, options.decay);
  const bySource = [...Map.groupBy(corpus.templates, ({ source }) => source)].flatMap(([source, list]) =>
    Array.from({ length: WEIGHTS[source] ?? 1 }, () => list),
  );
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const texts = epochOf(corpus, bySource, options.size, random);
    let loss = 0;
    let count = 0;
    const before = process.cpuUsage();
    for (const text of texts) {
      const example = exampleOf(text, corpus.lexicon, random, 0.3);
      if (example === null) continue;
      loss += trainer.learn(example, random);
      count += example.count;
    }
    const { user } = process.cpuUsage(before);
    console.log(
      `epoch ${epoch}: ${texts.length} texts, ${count} tokens, loss ${(loss / count).toFixed(4)}, ${(user / 1e6).toFixed(0)} s`,
    );
    after?.(epoch, trainer);
  }
  return trainer;
}

export const bytesOf = (corpus: Corpus, trainer: Trainer, version: string, least: number): Uint8Array =>
  encodeModel({
    version,
    ...corpus.entries,
    mask: trainer.mask,
    weights: trainer.weights,
    transitions: trainer.transitions,
    least,
  });

/** The part of a corpus whose groups are wanted. */
export const part = (corpus: Corpus, wanted: (group: string) => boolean): Corpus => {
  const of = <T extends { group: string }>(list: readonly T[]): T[] => list.filter(({ group }) => wanted(group));
  return {
    ...corpus,
    templates: of(corpus.templates),
    generated: of(corpus.generated),
    gold: of(corpus.gold),
    tweets: of(corpus.tweets),
  };
};
