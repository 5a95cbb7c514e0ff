import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { COMMON, EXTERNAL } from './options.ts';
import { siblings } from './siblings.ts';

const ENTRIES = 'functions/cloud/entries';
/** Modules that are data: evaluated now, so that a bundle carries the values and not what they come from. */
const EVALUATED = /functions\/cloud\/step-facts\.ts$/;
/** Registers with the one framework that the process runs. */
const FRAMEWORK = '@google-cloud/functions-framework';
/** Only asked for off Google's machines, where the repository is. */
const ELSEWHERE = ['google-auth-library'];
/** Taken from node_modules, where the code asks Node for them rather than imports them. */
const RESOLVED = /\.resolve\('([^'/]+)\/package\.json'\)/g;
const NODE = '24';

/**
 * Bundles each cloud function into `<dist>/cloud/<name>/`: `index.js`, `package.json` with the packages that stay outside,
 * and the files that its code finds beside itself. The names and sizes in bytes.
 */
export async function buildFunctions(root: string, dist: string): Promise<{ name: string; bytes: number }[]> {
  const built: { name: string; bytes: number }[] = [];
  for (const entry of globSync(`${ENTRIES}/*.ts`, { cwd: root }).sort()) {
    const name = path.basename(entry, '.ts');
    const folder = path.join(dist, 'cloud', name);
    const outfile = path.join(folder, 'index.js');
    const copied = new Set<string>();
    const packages = new Set<string>();
    const { metafile } = await build({
      ...COMMON,
      // Names are kept, and nobody looks at a map in the cloud.
      sourcemap: false,
      entryPoints: [path.join(root, entry)],
      outfile,
      metafile: true,
      external: [...EXTERNAL, FRAMEWORK, ...ELSEWHERE],
      plugins: [
        pure(root),
        evaluated(),
        siblings({ root, dist: folder, folder, found: (sibling) => copied.add(sibling), folders: true }),
      ],
    });
    // Only of what is left in the bundle.
    const used = inputsOf(metafile);
    for (const source of used)
      for (const [, found = ''] of readFileSync(path.join(root, source), 'utf8').matchAll(RESOLVED))
        packages.add(found);
    for (const found of externalsOf(metafile)) packages.add(found);
    copyInto(root, folder, [...copied], readFileSync(outfile, 'utf8'));
    const manifest = {
      name: `recto-${name}`,
      private: true,
      type: 'module',
      main: 'index.js',
      engines: { node: NODE },
    };
    const dependencies = Object.fromEntries([...packages].sort().map((found) => [found, versionOf(root, found)]));
    writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify({ ...manifest, dependencies }, null, 2)}\n`);
    execFileSync(process.execPath, ['--check', outfile], { stdio: 'inherit' });
    built.push({ name, bytes: statSync(outfile).size });
  }
  return built;
}

/** Our modules do nothing but define: one whose definitions nobody uses is left out. */
function pure(root: string): Plugin {
  return {
    name: 'pure',
    setup(context) {
      context.onResolve({ filter: /^[.#]/ }, async ({ path: asked, pluginData, ...rest }) => {
        if (pluginData === 'resolving' || rest.kind === 'entry-point') return undefined;
        if (rest.importer.includes('node_modules')) return undefined;
        const { importer, namespace, resolveDir, kind } = rest;
        const found = await context.resolve(asked, { importer, namespace, resolveDir, kind, pluginData: 'resolving' });
        return found.errors.length > 0 || !found.path.startsWith(root) ? found : { ...found, sideEffects: false };
      });
    },
  };
}

function evaluated(): Plugin {
  return {
    name: 'evaluated',
    setup(context) {
      context.onLoad({ filter: EVALUATED }, async ({ path: file }) => {
        const values: Record<string, unknown> = await import(file);
        const lines = Object.entries(values).map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`);
        return { contents: lines.join('\n'), loader: 'js' };
      });
    },
  };
}

const outputsOf = ({ outputs }: Metafile) => Object.entries(outputs).filter(([file]) => file.endsWith('.js'));

/** Our sources of which something is in the bundle. */
const inputsOf = (metafile: Metafile): string[] =>
  outputsOf(metafile).flatMap(([, { inputs }]) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) =>
      bytesInOutput > 0 && !file.includes('node_modules') && file.endsWith('.ts') ? [file] : [],
    ),
  );

const externalsOf = (metafile: Metafile): string[] =>
  outputsOf(metafile).flatMap(([, { imports }]) =>
    imports.flatMap(({ path: asked, external }) => {
      if (external !== true || isBuiltin(asked) || ELSEWHERE.includes(asked)) return [];
      const [scope = '', second = ''] = asked.split('/');
      return [scope.startsWith('@') ? `${scope}/${second}` : scope];
    }),
  );

function versionOf(root: string, name: string): string {
  const { version }: { version: string } = JSON.parse(
    readFileSync(path.join(root, 'node_modules', name, 'package.json'), 'utf8'),
  );
  return version;
}

/** Files and folders that the bundle still names. */
function copyInto(root: string, folder: string, sources: readonly string[], bundle: string): void {
  for (const source of sources) {
    const target = path.join(folder, source);
    if (!bundle.includes(path.basename(source)) || !existsSync(path.join(root, source)) || existsSync(target)) continue;
    mkdirSync(path.dirname(target), { recursive: true });
    cpSync(path.join(root, source), target, { recursive: true });
  }
}
