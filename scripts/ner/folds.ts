import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_POLICY } from '#shared/domain/redaction/default-policy.ts';
import { findEntities } from '#shared/domain/redaction/find.ts';
import { decodeModel } from '#shared/domain/redaction/ner/file.ts';
import { learnedNames } from '#shared/domain/redaction/ner/recognize.ts';
import { RECOGNIZERS } from '#shared/domain/redaction/registry.ts';
import { readCorpus } from './corpus.ts';
import { foldOf } from './data.ts';
import { bytesOf, DEFAULTS, learn, part } from './learn.ts';

/*
 * How well the whole finder does on templates that its model has not learned from, by the scorer: the templates in five parts,
 * each read by a model of the other four. `node scripts/ner/folds.ts --sources <folder> [--folds 0,1,2,3]`. What was found is
 * kept in `--out` for a closer look, the models in `--models`, to be used `--again` with another `--bias`.
 */
const { values } = parseArgs({
  options: {
    sources: { type: 'string' },
    data: { type: 'string', default: path.resolve(import.meta.dirname, '../../../shared/data/pii') },
    scorer: { type: 'string', default: path.resolve(import.meta.dirname, '../../../shared/score/pii.mjs') },
    folds: { type: 'string', default: '0,1,2,3,4' },
    epochs: { type: 'string', default: String(DEFAULTS.epochs) },
    out: { type: 'string' },
    models: { type: 'string' },
    again: { type: 'boolean', default: false },
    bias: { type: 'string' },
  },
});
const corpus = await readCorpus(values.sources, values.data);
const folds = values.folds.split(',').map(Number);
const sets = ['generated_large.json', 'wikigold.json'].map((file) => ({
  file,
  samples: JSON.parse(readFileSync(path.join(values.data, file), 'utf8')),
  found: [] as { sample: unknown; entities: unknown }[],
}));
for (const fold of folds) {
  const file = values.models === undefined ? undefined : path.join(values.models, `fold-${fold}.model`);
  let bytes: Uint8Array;
  if (values.again && file !== undefined && existsSync(file)) bytes = readFileSync(file);
  else {
    const trainer = learn(
      part(corpus, (group) => !/^(?:generated|wikigold)-/.test(group) || foldOf(group) !== fold),
      { ...DEFAULTS, epochs: Number(values.epochs) },
    );
    bytes = bytesOf(corpus, trainer, `fold ${fold}`, 0.15);
    if (file !== undefined) writeFileSync(file, bytes);
  }
  const recognizers = [
    ...RECOGNIZERS,
    learnedNames(decodeModel(bytes), values.bias === undefined ? undefined : Number(values.bias)),
  ];
  for (const { file: name, samples, found } of sets)
    samples.forEach((sample: { full_text: string; template_id?: number | null }, index: number) => {
      const source = name === 'wikigold.json' ? 'wikigold' : 'generated';
      if (foldOf(`${source}-${sample.template_id ?? Math.floor(index / 10)}`) !== fold) return;
      found.push({ sample, entities: findEntities(sample.full_text, DEFAULT_POLICY, { recognizers }) });
    });
}
const folder = values.out ?? mkdtempSync(path.join(tmpdir(), 'recto-folds-'));
for (const { file, found } of sets) {
  const truth = path.join(folder, `truth-${file}`);
  const predicted = path.join(folder, `found-${file}`);
  writeFileSync(truth, JSON.stringify(found.map(({ sample }) => sample)));
  writeFileSync(predicted, JSON.stringify(found.map(({ entities }) => ({ entities }))));
  const scored = spawnSync(process.execPath, [values.scorer, truth, predicted], { encoding: 'utf8', timeout: 60_000 });
  console.log(`${file}, folds ${values.folds}: ${scored.stdout.replace(/\n\s*/g, ' ')}${scored.stderr}`);
}
if (values.out === undefined) rmSync(folder, { recursive: true });
