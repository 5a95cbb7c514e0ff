import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { accountsTable } from './accounts/table.ts';
import { costTables } from './cost/page.ts';
import { USAGE } from './cost/usage.ts';
import { generatedPart, writeGenerated } from './generated-part.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'recto-pages-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const page = (name: string): string => readFileSync(path.resolve(import.meta.dirname, '../docs', name), 'utf8');

test('docs/security.md lists the accounts and grants that infra makes (npm run accounts -- --write)', () => {
  expect(generatedPart(page('security.md'), 'accounts')).toBe(accountsTable(folder));
});

test('docs/cost.md has the numbers that the model gives (npm run cost -- --write)', () => {
  expect(generatedPart(page('cost.md'), 'cost')).toBe(costTables(USAGE));
});

test('only what is between the marks is replaced', () => {
  const file = path.join(folder, 'page.md');
  writeFileSync(file, 'before\n<!-- generated: a -->\nold\n<!-- end of generated: a -->\nafter\n');
  writeGenerated(file, 'a', 'new');
  expect(readFileSync(file, 'utf8')).toBe(
    'before\n<!-- generated: a -->\n\nnew\n\n<!-- end of generated: a -->\nafter\n',
  );
  expect(() => writeGenerated(file, 'b', 'new')).toThrow('no part "b"');
});
