import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { DEFAULT_POLICY } from '#shared/domain/redaction/default-policy.ts';
import { findEntities } from '#shared/domain/redaction/find.ts';

/*
 * How well and how fast entities are found: binary F2 and masked share on labelled texts where they are at hand, and time by
 * kilobyte. `--json` prints the figures as one line last. `--dataset=<file>` picks other texts in presidio-research's format.
 */
interface Sample {
  full_text: string;
}

interface Row {
  name: string;
  ours: number;
  peer: number | null;
  ratio: number | null;
  unit: string;
}

const shared = process.env.RECTO_SHARED_DATA ?? path.resolve(import.meta.dirname, '../../../shared');
const asked = process.argv.find((argument) => argument.startsWith('--dataset='))?.slice('--dataset='.length);
const dataset = asked ?? path.join(shared, 'data/pii/generated_large.json');
const scorer = path.join(shared, 'score/pii.mjs');
const rows: Row[] = [];
const row = (name: string, ours: number, unit: string) => rows.push({ name, ours, peer: null, ratio: null, unit });

const PROSE =
  'On 12 March 2024 Mrs. Joan Miller of 14 Market Street, Springfield, IL 62701 called (217) 555-0134 about card 4111 1111 1111 1111. ' +
  'Her order of twelve oak chairs, reference 88213, was sent to joan.miller@example.org; the total of 1,482.50 is due in thirty days. ';

function timeOf(text: string, rounds: number): number {
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    findEntities(text, DEFAULT_POLICY);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
}

const kilobyte = PROSE.repeat(8).slice(0, 1000);
timeOf(kilobyte, 200);
row('p50 of 1 kB of prose', timeOf(kilobyte, 200), 'ms');
for (const size of [10_000, 100_000, 1_000_000])
  row(
    `ms a kB, text of ${size / 1000} kB`,
    timeOf(PROSE.repeat(Math.ceil(size / PROSE.length)).slice(0, size), 3) / (size / 1000),
    'ms',
  );

if (existsSync(dataset) && existsSync(scorer)) {
  const samples: Sample[] = JSON.parse(readFileSync(dataset, 'utf8'));
  const predictions = samples.map((sample) => {
    const start = performance.now();
    const entities = findEntities(sample.full_text, DEFAULT_POLICY);
    return { entities, ms: performance.now() - start };
  });
  const folder = mkdtempSync(path.join(tmpdir(), 'recto-bench-'));
  const file = path.join(folder, 'predictions.json');
  writeFileSync(file, JSON.stringify(predictions));
  const scored = spawnSync(process.execPath, [scorer, dataset, file], { encoding: 'utf8', timeout: 60_000 });
  rmSync(folder, { recursive: true });
  if (scored.status !== 0) throw new Error(`The scorer failed: ${scored.stderr}`);
  const figures: {
    binary: { P: number; R: number; F2: number };
    masked: number;
    msP50: number;
    msP99: number;
    byType: object;
  } = JSON.parse(scored.stdout);
  row('binary F2', figures.binary.F2, 'score');
  row('binary precision', figures.binary.P, 'score');
  row('binary recall', figures.binary.R, 'score');
  row('masked', figures.masked, 'share');
  row('p50 a labelled text', figures.msP50, 'ms');
  row('p99 a labelled text', figures.msP99, 'ms');
  console.table(figures.byType);
} else console.log(`No labelled texts at ${dataset}: accuracy is not measured.`);

console.table(Object.fromEntries(rows.map(({ name, ours, unit }) => [name, { ours: Number(ours.toFixed(4)), unit }])));
if (process.argv.includes('--json'))
  console.log(
    JSON.stringify({ bench: 'redaction', machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`, rows }),
  );
