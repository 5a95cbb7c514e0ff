import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { decodeModel, encodeModel } from '#shared/domain/redaction/ner/file.ts';
import { NER_TYPES } from '#shared/domain/redaction/ner/labels.ts';
import { Lexicon } from '#shared/domain/redaction/ner/lexicon.ts';
import { augment, joined } from './augment.ts';
import { Trainer } from './crf.ts';
import { exampleOf, isHeldOut, lexiconEntries } from './data.ts';
import { evaluate } from './evaluate.ts';
import { loadLists } from './lists.ts';
import { Random } from './random.ts';
import { refilled } from './refill.ts';
import { assemble, expand, readLabelled, readTemplates, type Sample } from './samples.ts';

/*
 * Trains the model that finds names: `node scripts/ner/train.ts --sources <folder of packages> [--data <folder>] [--out <file>]`.
 * With `--held-out 0.15` that share of templates is kept apart and scored; without it everything is learned.
 */
const { values } = parseArgs({
  options: {
    sources: { type: 'string' },
    data: { type: 'string', default: path.resolve(import.meta.dirname, '../../../shared/data/pii') },
    out: { type: 'string' },
    epochs: { type: 'string', default: '8' },
    size: { type: 'string', default: '12000' },
    bits: { type: 'string', default: '20' },
    least: { type: 'string', default: '0.12' },
    rate: { type: 'string', default: '0.1' },
    decay: { type: 'string', default: '0.0005' },
    'held-out': { type: 'string', default: '0' },
    without: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: '7' },
    version: { type: 'string', default: '1' },
  },
});
if (values.sources === undefined || !existsSync(values.sources))
  throw new Error('Name the folder with the packages of names and words: --sources <folder>. See docs/redaction.md.');

const share = Number(values['held-out']);
const random = new Random(Number(values.seed));
const lists = await loadLists(values.sources);
const { keys, bits } = lexiconEntries(lists.entries);
const lexicon = new Lexicon(keys, bits);
console.log(`${keys.length} words and phrases listed`);

const templates = readTemplates(path.join(import.meta.dirname, 'templates')).flatMap(({ name, lines }) =>
  lines.map((line, index) => ({ line, source: name, group: `${name}-${index}` })),
);
const outside = [...NER_TYPES.filter((type) => type === 'AGE' || type === 'NRP')];
const generated = [
  ...readLabelled(path.join(values.data, 'generated_large.json'), 'generated', outside),
  ...readLabelled(path.join(values.data, 'generated_small.json'), 'generated', outside),
];
const gold = readLabelled(path.join(values.data, 'wikigold.json'), 'wikigold', ['DATE_TIME', 'TITLE', 'AGE', 'NRP']);
const used = (source: string): boolean => !values.without.includes(source);
const learned = <T extends { group: string }>(list: readonly T[]): T[] =>
  list.filter(({ group }) => !isHeldOut(group, share));

const train = {
  templates: learned(templates).filter(({ source }) => used(source)),
  generated: used('generated') ? learned(generated) : [],
  gold: used('wikigold') ? learned(gold) : [],
};
const apart = (list: readonly Sample[], source: string): Sample[] =>
  used(source) ? list.filter(({ group }) => share > 0 && isHeldOut(group, share)) : [...list];
const fresh = (line: { line: string; group: string; source: string }, dice: Random): Sample =>
  assemble(expand(line.line, dice, lists), line.group, line.source);
const testDice = new Random(99);
const tests: Record<string, Sample[]> = { generated: apart(generated, 'generated'), wikigold: apart(gold, 'wikigold') };
for (const source of new Set(templates.map((template) => template.source)))
  tests[source] = templates
    .filter(
      (template) => template.source === source && (used(source) ? share > 0 && isHeldOut(template.group, share) : true),
    )
    .flatMap((template) => Array.from({ length: 30 }, () => augment(fresh(template, testDice), testDice)));
tests['wikigold, small letters'] = (tests.wikigold ?? []).map((sample) => ({
  ...sample,
  text: sample.text.toLowerCase().length === sample.text.length ? sample.text.toLowerCase() : sample.text,
}));

const trainer = new Trainer(Number(values.bits), Number(values.rate), Number(values.decay));
const epochs = Number(values.epochs);
for (let epoch = 1; epoch <= epochs; epoch++) {
  const samples: Sample[] = [];
  const size = Number(values.size);
  const bySource = new Map<string, typeof train.templates>();
  for (const template of train.templates)
    bySource.set(template.source, [...(bySource.get(template.source) ?? []), template]);
  const sources = [...bySource.values()];
  for (let i = 0; i < size; i++) samples.push(augment(fresh(random.pick(random.pick(sources)), random), random));
  for (const sample of train.generated)
    samples.push(random.chance(0.5) ? augment(refilled(sample, random, lists), random) : augment(sample, random));
  for (let i = 0; i < 2; i++) for (const sample of train.gold) samples.push(augment(sample, random));
  for (const line of lists.prose)
    samples.push(
      augment({ text: line, spans: [], unlabelled: [], unknown: [], group: 'prose', source: 'prose' }, random),
    );
  random.shuffle(samples);
  const texts: Sample[] = [];
  for (let i = 0; i < samples.length; ) {
    const take = random.chance(0.7) ? 1 : 2 + random.below(3);
    const some = samples.slice(i, i + take);
    texts.push(joined(some, random));
    i += take;
  }
  let loss = 0;
  let count = 0;
  const before = process.cpuUsage();
  for (const text of texts) {
    const example = exampleOf(text, lexicon, random, 0.3);
    if (example === null) continue;
    loss += trainer.learn(example, random);
    count += example.count;
  }
  const { user } = process.cpuUsage(before);
  console.log(
    `epoch ${epoch}: ${texts.length} texts, ${count} tokens, loss ${(loss / count).toFixed(4)}, ${(user / 1e6).toFixed(0)} s`,
  );
  if (epoch < epochs && epoch % 4 !== 0) continue;
  const { mask, weights, transitions } = trainer;
  const bytes = encodeModel({
    version: values.version,
    keys,
    bits,
    mask,
    weights,
    transitions,
    least: Number(values.least),
  });
  if (values.out !== undefined) writeFileSync(values.out, bytes);
  evaluate(decodeModel(bytes), tests);
}
