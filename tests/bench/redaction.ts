import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadLearnedNames } from '#shared/adapters/recognizers/learned-model.ts';
import { DEFAULT_POLICY } from '#shared/domain/redaction/default-policy.ts';
import { findEntities } from '#shared/domain/redaction/find.ts';
import { RECOGNIZERS } from '#shared/domain/redaction/registry.ts';
import { type Finder, peers } from './redaction/peers.ts';
import { score } from './redaction/score.ts';
import { type Row, report } from './report.ts';

/*
 * How well and how fast entities are found, with the learned model and without, beside npm peers in the same run: binary F2
 * and masked share on labelled texts where they are at hand, and CPU time. `--dataset=<file>` picks other texts in
 * presidio-research's format; `--no-peers` leaves the peers out; `--json` prints the figures as one line last.
 */
const shared = process.env.RECTO_SHARED_DATA ?? path.resolve(import.meta.dirname, '../../../shared');
const asked = process.argv.find((argument) => argument.startsWith('--dataset='))?.slice('--dataset='.length);
const dataset = asked ?? path.join(shared, 'data/pii/generated_large.json');
const scorer = path.join(shared, 'score/pii.mjs');
const rows: Row[] = [];
const row = (name: string, ours: number, peer: number | null, unit: string, goal?: string) =>
  rows.push({ name, ours, peer, unit, ...(goal === undefined ? {} : { goal }) });

const PROSE =
  'On 12 March 2024 Mrs. Joan Miller of 14 Market Street, Springfield, IL 62701 called (217) 555-0134 about card 4111 1111 1111 1111. ' +
  'Her order of twelve oak chairs, reference 88213, was sent to joan.miller@example.org; the total of 1,482.50 is due in thirty days. ';
const prose = (size: number): string => PROSE.repeat(Math.ceil(size / PROSE.length)).slice(0, size);
const HOSTILE = ['a', '1 ', '1-', 'Aa ', 'John ', 'A.', 'a@', "A'", '\n', 'ab.', 'x(', 'é', '4111 ', 'O1', '12 Aa Aa '];

const before = process.cpuUsage();
const learned = await loadLearnedNames();
const loaded = process.cpuUsage(before);
const full = [...RECOGNIZERS, learned];
const finder = (name: string, recognizers: typeof full): Finder => ({
  name,
  find: (text) => findEntities(text, DEFAULT_POLICY, { recognizers }),
});
const ours = finder('with the learned model', full);
const patterns = finder('patterns alone', [...RECOGNIZERS]);

/** Median wall time of a call, ms. */
async function median({ find }: Finder, text: string, rounds: number): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    await find(text);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[rounds >> 1] ?? 0;
}

/** Least CPU time of a few calls, ms. */
function cpuTime(text: string, rounds: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rounds; i++) {
    const start = process.cpuUsage();
    ours.find(text);
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

row('CPU of loading the model', (loaded.user + loaded.system) / 1000, null, 'ms');
for (const one of [ours, patterns]) {
  await median(one, prose(1000), 300);
  row(`p50 of 1 kB of prose, ${one.name}`, await median(one, prose(1000), 300), null, 'ms', '<= 2');
}
for (const size of [10_000, 100_000, 1_000_000, 10_000_000])
  row(`CPU a kB, text of ${size / 1000} kB`, cpuTime(prose(size), size > 1e6 ? 1 : 3) / (size / 1000), null, 'ms');
const hostile = HOSTILE.map((seed) => ({
  seed,
  ms: cpuTime(seed.repeat(Math.ceil(1e5 / seed.length)).slice(0, 1e5), 3),
}));
const worst = hostile.reduce((a, b) => (a.ms > b.ms ? a : b));
row(
  `worst of ${HOSTILE.length} hostile texts of 100 kB (${JSON.stringify(worst.seed)})`,
  worst.ms,
  null,
  'ms',
  '<= 100',
);

if (existsSync(dataset) && existsSync(scorer)) {
  const folder = mkdtempSync(path.join(tmpdir(), 'recto-bench-'));
  try {
    const samples: { full_text: string }[] = JSON.parse(readFileSync(dataset, 'utf8'));
    // The prose above repeats itself, and what repeats itself is read once: texts that do not, cut into kilobytes.
    const cuts = samples
      .map(({ full_text }) => full_text)
      .join('\n')
      .match(/[\s\S]{1000}/g);
    const times: number[] = [];
    for (const text of (cuts ?? []).slice(0, 100)) times.push(await median(ours, text, 9));
    const middle = times.sort((a, b) => a - b)[times.length >> 1];
    if (middle !== undefined) row('p50 of 1 kB of the labelled texts', middle, null, 'ms', '<= 2');
    const others = process.argv.includes('--no-peers') ? [] : await peers(folder);
    if (others === null) console.log('The npm peers could not be installed: no comparison.');
    const all = [];
    for (const one of [ours, patterns, ...(others ?? [])]) {
      const scores = await score(one, { scorer, dataset, folder }, samples);
      const { binary, masked, msP50 } = scores;
      all.push({ name: one.name, F2: binary.F2, P: binary.P, R: binary.R, masked, msP50: Number(msP50.toFixed(3)) });
      if (one === ours) console.table(scores.byType);
    }
    console.table(all);
    const best = all.slice(2).reduce<(typeof all)[number] | null>((a, b) => (a !== null && a.F2 > b.F2 ? a : b), null);
    const [mine] = all;
    if (mine !== undefined) {
      row('binary F2 (peer: the best of them)', mine.F2, best?.F2 ?? null, 'score', '>= 0.92');
      row('binary precision', mine.P, best?.P ?? null, 'score');
      row('binary recall', mine.R, best?.R ?? null, 'score');
      row('masked', mine.masked, best?.masked ?? null, 'share', '>= 0.95');
      row('p50 a labelled text', mine.msP50, best?.msP50 ?? null, 'ms');
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
} else console.log(`No labelled texts at ${dataset}: accuracy is not measured.`);
report('redaction', rows);
