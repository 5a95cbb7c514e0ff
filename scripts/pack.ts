// Puts what a bundled service takes from node_modules into `<folder>/node_modules`: native packages, models, with what they
// depend on, at the versions of the lockfile: `node scripts/pack.ts <folder> <package …>`.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const names = z.record(z.string(), z.string()).default({});
const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ dependencies: names, optionalDependencies: names })),
});

const root = path.resolve(import.meta.dirname, '..');
const [target, ...roots] = process.argv.slice(2);
if (target === undefined || roots.length === 0)
  throw new Error('Say where to and what: node scripts/pack.ts <folder> <package …>');
const { packages } = lockSchema.parse(JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')));

const waiting = [...roots];
const packed = new Set<string>();
for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
  const from = path.join(root, 'node_modules', name);
  // Optional packages are for other platforms where they are not there.
  if (packed.has(name) || !existsSync(from)) continue;
  packed.add(name);
  const to = path.join(target, 'node_modules', name);
  mkdirSync(path.dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, dereference: true, filter: ofThisPlatform });
  const { dependencies = {}, optionalDependencies = {} } = packages[`node_modules/${name}`] ?? {};
  waiting.push(...Object.keys(dependencies), ...Object.keys(optionalDependencies));
}
for (const name of roots) if (!packed.has(name)) throw new Error(`${name} is not installed; run npm ci.`);

// The bundles are ES modules.
writeFileSync(path.join(target, 'package.json'), '{ "private": true, "type": "module" }\n');
process.stdout.write(`${packed.size} packages in ${path.join(target, 'node_modules')}\n`);

/** onnxruntime brings the libraries of every platform along. */
function ofThisPlatform(file: string): boolean {
  const [, platform, arch] = /onnxruntime-node\/bin\/napi-v\d+\/([^/]+)(?:\/([^/]+))?/.exec(file) ?? [];
  return (platform ?? process.platform) === process.platform && (arch ?? process.arch) === process.arch;
}
