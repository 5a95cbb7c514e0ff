import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FunctionSource } from '../../infra/deployment.ts';
import { functions } from '../../infra/workloads.ts';
import { zip } from './zip.ts';

/** Each function's bundle in a folder of its own, as `npm run build` leaves it. */
export const BUNDLES = 'dist/cloud';

/** Packs each function's folder under `root` into a zip file named by its content; fails with the names of those not built. */
export function packageFunctions(root: string): Record<string, FunctionSource> {
  const bundles = path.join(root, BUNDLES);
  const missing = functions.filter(({ name }) => !existsSync(path.join(bundles, name))).map(({ name }) => name);
  if (missing.length > 0)
    throw new Error(`These functions have no bundle in ${BUNDLES}: ${missing.join(', ')}. Run: npm run build`);
  const target = path.join(root, 'dist/deploy');
  mkdirSync(target, { recursive: true });
  return Object.fromEntries(
    functions.map(({ name }) => {
      const folder = path.join(bundles, name);
      const files = globSync('**/*', { cwd: folder })
        .filter((file) => statSync(path.join(folder, file)).isFile())
        .map((file) => [file.split(path.sep).join('/'), readFileSync(path.join(folder, file))] as const);
      const archive = zip(new Map(files));
      const sha256 = createHash('sha256').update(archive).digest('hex');
      const file = path.join(target, `${name}-${sha256.slice(0, 12)}.zip`);
      writeFileSync(file, archive);
      return [name, { file, sha256 }];
    }),
  );
}
