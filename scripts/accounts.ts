// `npm run accounts`: who may do what, from what infra synthesizes; `--write` puts it into docs/security.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { accountsTable } from './accounts/table.ts';
import { writeGenerated } from './generated-part.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'recto-accounts-'));
try {
  const table = accountsTable(folder);
  process.stdout.write(`${table}\n`);
  if (process.argv.includes('--write'))
    writeGenerated(path.resolve(import.meta.dirname, '../docs/security.md'), 'accounts', table);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
