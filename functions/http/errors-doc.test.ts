import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ERROR_CODES } from '#shared/domain/errors.ts';

it('docs/errors.md lists every error code as the program has it, and no other', () => {
  const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/errors.md'), 'utf8');
  const listed = [...text.matchAll(/^\| `(\w+)` *\| (\d+) *\| (\S.*?) *\| (\w+) *\|$/gm)].map(([, ...cells]) => cells);
  const actual = Object.entries(ERROR_CODES).map(([code, info]) => [code, String(info.status), info.title, info.class]);
  expect(listed).toEqual(actual);
});
