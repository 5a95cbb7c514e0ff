import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { decodeModel } from '#shared/domain/redaction/ner/file.ts';
import { augment } from './augment.ts';
import { readCorpus } from './corpus.ts';
import { isHeldOut } from './data.ts';
import { evaluate } from './evaluate.ts';
import { bytesOf, DEFAULTS, fresh, learn, part } from './learn.ts';
import { Random } from './random.ts';
import type { Sample } from './samples.ts';

/*
 * Trains the model that finds names: `node scripts/ner/train.ts --sources <folder of packages> [--data <folder>] [--out <file>]`.
 * With `--held-out 0.15` that share of templates is kept apart and scored; without it everything is learned.
 */
const { values } = parseArgs({
  options: {
    sources: { type: 'string' },
    data: { type: 'string', default: path.resolve(import.meta.dirname, '../../../shared/data/pii') },
    out: { type: 'string' },
    epochs: { type: 'string', default: String(DEFAULTS.epochs) },
    size: { type: 'string', default: String(DEFAULTS.size) },
    bits: { type: 'string', default: String(DEFAULTS.bits) },
    least: { type: 'string', default: '0.15' },
    rate: { type: 'string', default: String(DEFAULTS.rate) },
    decay: { type: 'string', default: String(DEFAULTS.decay) },
    'held-out': { type: 'string', default: '0' },
    without: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: String(DEFAULTS.seed) },
    version: { type: 'string', default: '1' },
  },
});

const share = Number(values['held-out']);
const corpus = await readCorpus(values.sources, values.data);
console.log(`${corpus.entries.keys.length} words and phrases listed`);
const without = (group: string): boolean => values.without.some((source) => group.startsWith(`${source}-`));
const apart = part(corpus, (group) => without(group) || isHeldOut(group, share));

const testDice = new Random(99);
const tests: Record<string, Sample[]> = {
  generated: apart.generated,
  wikigold: apart.gold,
  'wikigold, small letters': apart.gold.map((sample) => ({
    ...sample,
    text: sample.text.toLowerCase().length === sample.text.length ? sample.text.toLowerCase() : sample.text,
  })),
};
for (const [source, templates] of Map.groupBy(apart.templates, (template) => template.source))
  tests[source] = templates.flatMap((template) =>
    Array.from({ length: 30 }, () => augment(fresh(template, testDice, corpus.lists), testDice)),
  );

const epochs = Number(values.epochs);
learn(
  part(corpus, (group) => !without(group) && !isHeldOut(group, share)),
  {
    epochs,
    size: Number(values.size),
    bits: Number(values.bits),
    rate: Number(values.rate),
    decay: Number(values.decay),
    seed: Number(values.seed),
  },
  (epoch, trainer) => {
    if (epoch < epochs && epoch % 4 !== 0) return;
    const bytes = bytesOf(corpus, trainer, values.version, Number(values.least));
    if (values.out !== undefined) writeFileSync(values.out, bytes);
    evaluate(decodeModel(bytes), tests);
  },
);
