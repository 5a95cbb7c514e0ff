import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ENTITY_TYPES } from './registry.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const listed = path.join(
  process.env.RECTO_SHARED_DATA ?? path.resolve(root, '../shared'),
  'data/pii/presidio_recognizers.tsv',
);
const rows = [
  ...readFileSync(path.join(root, 'docs/redaction.md'), 'utf8').matchAll(
    /^\| `([A-Z_]+)` \| `([A-Z_]+)` \| (.+) \|$/gm,
  ),
];

describe("the table of Presidio's kinds", () => {
  it('names for each kind a type that is found here', () => {
    expect(rows.length).toBeGreaterThan(60);
    for (const [, kind, type = ''] of rows) expect(ENTITY_TYPES, kind).toContain(type);
  });

  it.runIf(existsSync(listed))('holds every kind of the list', () => {
    const kinds = readFileSync(listed, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t')[0] ?? '')
      .filter((kind) => /^[A-Z]/.test(kind));
    expect(rows.map(([, kind]) => kind).sort()).toEqual([...new Set(kinds)].sort());
  });
});
