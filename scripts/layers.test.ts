import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '..');
const cruisedSchema = z.object({
  modules: z.array(z.object({ source: z.string(), dependencies: z.array(z.object({ resolved: z.string() })) })),
});

test('the check of the layers reads TypeScript, and imports of types count', () => {
  const depcruise = path.join(root, 'node_modules/.bin/depcruise');
  const printed = execFileSync(process.execPath, [depcruise, 'shared/ports', '--output-type', 'json'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 50_000_000,
  });
  const { modules } = cruisedSchema.parse(JSON.parse(printed));
  const store = modules.find(({ source }) => source === 'shared/ports/document-store.ts');
  // It imports a type and nothing else.
  expect(store?.dependencies.map(({ resolved }) => resolved)).toContain('shared/domain/collection.ts');
});
