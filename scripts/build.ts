// Bundles what is deployed into dist/, which mirrors the source tree: `npm run build [-- --out folder] [-- entry …]`. Entry
// points are those that are named, or `main.ts` and `local.ts` of every top folder, and every module or file they name as
// `new URL('./x', import.meta.url)` or `path.join(import.meta.dirname, 'x')`: child processes, workers, helpers in other
// languages. Functions of the cloud go to dist/cloud/, a folder each; `--cloud` builds those alone.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { buildFunctions } from './build/cloud.ts';
import { COMMON, EXTERNAL } from './build/options.ts';
import { siblings } from './build/siblings.ts';
import { proveThatItWorks } from './build/smoke.ts';

const root = path.resolve(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  options: { out: { type: 'string' }, cloud: { type: 'boolean' } },
  allowPositionals: true,
});
const dist = path.resolve(root, values.out ?? 'dist');

const outFile = (source: string): string => path.join(dist, source.replace(/\.ts$/, '.js'));

rmSync(values.cloud === true ? path.join(dist, 'cloud') : dist, { recursive: true, force: true });
if (values.cloud === true || positionals.length === 0)
  for (const { name, bytes } of await buildFunctions(root, dist)) report(`cloud/${name}`, bytes);
if (values.cloud === true) process.exit(0);
const entries =
  positionals.length > 0
    ? positionals
    : globSync('*/{main,local}.ts', { cwd: root, exclude: ['node_modules', 'dist', 'functions/main.ts'] }).sort();
const waiting = [...entries];
const bundled = new Set<string>();
for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
  if (bundled.has(entry)) continue;
  bundled.add(entry);
  await build({
    entryPoints: [path.join(root, entry)],
    outfile: outFile(entry),
    ...COMMON,
    external: EXTERNAL,
    plugins: [
      siblings({
        root,
        dist,
        folder: path.dirname(outFile(entry)),
        found: (sibling) => {
          if (sibling.endsWith('.ts')) waiting.push(sibling);
          else copy(sibling);
        },
      }),
    ],
  });
  execFileSync(process.execPath, ['--check', outFile(entry)], { stdio: 'inherit' });
  report(entry, statSync(outFile(entry)).size);
}
if (bundled.size === 0) throw new Error('There is nothing to build: no main.ts or local.ts in a top folder.');
// Files that code finds from the repository's root rather than beside itself.
if (bundled.has('functions/local.ts')) for (const folder of ['console', 'samples']) copy(folder);
if (bundled.has('gpu-service/main.ts') || bundled.has('functions/local.ts'))
  for (const folder of ['gpu-service/models', 'gpu-service/quantize/recipes']) copy(folder);
if (bundled.has('functions/local.ts'))
  await proveThatItWorks(outFile('functions/local.ts'), path.join(root, 'samples/receipt-photo.jpg'));

function report(what: string, bytes: number): void {
  process.stdout.write(`${what.padEnd(60)} ${String(Math.ceil(bytes / 1000)).padStart(6)} kB\n`);
}

function copy(source: string): void {
  const target = path.join(dist, source);
  if (!existsSync(path.join(root, source)) || existsSync(target)) return;
  mkdirSync(path.dirname(target), { recursive: true });
  cpSync(path.join(root, source), target, { recursive: true });
}
