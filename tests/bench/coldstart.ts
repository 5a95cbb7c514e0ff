/**
 * Module load of each cloud function's bundle, until its handler is registered, in a fresh process each time: with the
 * files in the page cache and without, with and without a compile cache. `npm run build -- --cloud` makes the bundles.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { percentile, type Row, report } from './report.ts';

const ROUNDS = 5;
const API_GOAL_MS = 250;
const STEP_GOAL_MS = 300;
const root = path.resolve(import.meta.dirname, '../..');
const bundles = path.join(root, 'dist/cloud');
const probe = path.join(import.meta.dirname, 'coldstart/probe.ts');
const measuredSchema = z.object({ wall: z.number(), cpu: z.number(), rss: z.number() });
type Measured = z.infer<typeof measuredSchema>;

if (!existsSync(bundles)) throw new Error('There are no bundles. Run: npm run build -- --cloud');
const { RECTO_KMS_ENDPOINT: _, ...own } = process.env;
const env = {
  ...own,
  RECTO_PLATFORM: 'gcp',
  RECTO_ENVIRONMENT: 'local',
  RECTO_GCP_PROJECT: 'recto-bench',
  RECTO_GCP_REGION: 'europe-west1',
  RECTO_BUCKET_INCOMING: 'bench-incoming',
  RECTO_BUCKET_DOCUMENTS: 'bench-documents',
  RECTO_BUCKET_ARTIFACTS: 'bench-artifacts',
  RECTO_KMS_KEY: 'projects/p/locations/l/keyRings/r/cryptoKeys/k',
  RECTO_CONVERTER_URL: 'http://127.0.0.1:9',
  RECTO_OCR_URL: 'http://127.0.0.1:9',
  RECTO_EMULATED_PUSH: '1',
};

function load(bundle: string, more: Record<string, string> = {}): Measured {
  const printed = execFileSync(process.execPath, [probe, bundle], { env: { ...env, ...more }, encoding: 'utf8' });
  return measuredSchema.parse(JSON.parse(printed));
}

/** Has the system forget a folder's files; they must be on the disk for that. */
function evict(folder: string): void {
  for (const file of globSync('**/*', { cwd: folder })) {
    const full = path.join(folder, file);
    if (!statSync(full).isFile()) continue;
    execFileSync('dd', [`of=${full}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0'], { stdio: 'ignore' });
  }
}

const times = <T>(run: () => T): T[] => Array.from({ length: ROUNDS }, run);
const p50 = (all: readonly Measured[], field: keyof Measured): number =>
  percentile(
    all.map((one) => one[field]),
    0.5,
  );

const rows: Row[] = [];
const folder = mkdtempSync(path.join(tmpdir(), 'recto-coldstart-'));
try {
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  for (const name of readdirSync(bundles)) {
    // A copy of our own: nobody else keeps it in memory.
    const copy = path.join(folder, name);
    cpSync(path.join(bundles, name), copy, { recursive: true });
    const bundle = path.join(copy, 'index.js');
    const goal = name === 'api' ? API_GOAL_MS : STEP_GOAL_MS;
    const cold = times(() => {
      evict(copy);
      return load(bundle);
    });
    const warm = times(() => load(bundle));
    const cache = { NODE_COMPILE_CACHE: path.join(folder, `${name}-compiled`) };
    load(bundle, cache);
    const compiled = times(() => load(bundle, cache));
    const compiledCold = times(() => {
      evict(copy);
      evict(cache.NODE_COMPILE_CACHE);
      return load(bundle, cache);
    });
    const row = (what: string, ours: number, unit = 'ms'): Row => ({
      name: `${name}: ${what}`,
      ours,
      peer: null,
      unit,
    });
    rows.push(
      row('bundle', statSync(bundle).size / 1000, 'kB'),
      { ...row('warm page cache', p50(warm, 'wall')), goal: `<= ${goal}` },
      row('warm, processor time', p50(warm, 'cpu')),
      { ...row('cold page cache', p50(cold, 'wall')), goal: `<= ${goal}` },
      row('warm, compile cache', p50(compiled, 'wall')),
      row('cold, compile cache', p50(compiledCold, 'wall')),
      row('memory of the process', p50(warm, 'rss'), 'MB'),
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
report('coldstart', rows);
