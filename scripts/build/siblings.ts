import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'esbuild';

const BY_URL = /new URL\(\s*'(\.{1,2}\/[^']+)'\s*,\s*import\.meta\.url\s*,?\s*\)/g;
const BY_PATH = /path\.(?:join|resolve)\(\s*import\.meta\.dirname\s*,\s*'([^']+\.\w+)'\s*,?\s*\)/g;
const BY_FOLDER = /path\.resolve\(\s*import\.meta\.dirname\s*,\s*'([^'.]*(?:\.\.\/)*[^'.]+)'\s*,?\s*\)/g;

/**
 * A bundle runs from another folder than its modules did, so what they find beside themselves is found from the bundle's
 * folder instead. `root` is the repository, `dist` the folder that mirrors it, `folder` the bundle's own. `found` gets each
 * sibling, relative to the repository; `folders` also those that are named as a whole.
 */
export function siblings(params: {
  root: string;
  dist: string;
  folder: string;
  found: (sibling: string) => void;
  folders?: boolean;
}): Plugin {
  const { root, dist, folder, found } = params;
  const relative = (source: string): string => {
    const way = path.relative(folder, path.join(dist, source)).split(path.sep).join('/');
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
        const text = readFileSync(file, 'utf8');
        if (params.folders === true)
          for (const [, name = ''] of text.matchAll(BY_FOLDER)) found(path.join(path.dirname(source), name));
        const contents = text
          .replaceAll(BY_URL, (_match, name: string) => `new URL('${moved(name)}', import.meta.url)`)
          .replaceAll(BY_PATH, (_match, name: string) => `(import.meta.dirname + '/${moved(name)}')`)
          .replaceAll(/import\.meta\.dirname(?! \+)/g, `(import.meta.dirname + '/${relative(path.dirname(source))}')`);
        return { contents, loader: 'ts' };
      });
    },
  };
}
