import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RectoError } from '#shared/domain/errors.ts';
import { textPdf } from '#tests/corpus/pdf-files.ts';
import { plantedPdf } from '#tests/corpus/planted-pdf.ts';
import { startConverter } from '#tests/support/converter-fixture.ts';
import { randomFrom, redactWords } from '#tests/support/redact-words.ts';
import { sharedFiles } from '#tests/support/shared-data.ts';
import { report } from './report.ts';

/*
 * Takes random words out of PDFs: none may be left, and the pages should stay drawings with all their other text. Over the
 * shared PDFs where they are at hand, and over made ones. `--seed=N` picks other words.
 */
const seed = Number(process.argv.find((argument) => argument.startsWith('--seed='))?.slice(7) ?? 1);
const PROSE = 'The harbour office keeps a register of every vessel that enters between sunrise and sunset.';
const folder = mkdtempSync(path.join(tmpdir(), 'recto-redact-pdf-'));
const converter = startConverter(folder);
const files: (readonly [string, Uint8Array])[] = [
  ...sharedFiles('pdf').map((file) => [path.basename(file), readFileSync(file)] as const),
  ['made: prose', await textPdf(Array.from({ length: 8 }, () => Array(30).fill(PROSE).join('\n')))],
  ['made: planted', plantedPdf().bytes],
];
const total = { pages: 0, drawings: 0, left: 0, words: 0, kept: 0, seconds: 0, files: 0 };
try {
  for (const [name, bytes] of files) {
    try {
      const done = await redactWords(converter, bytes, { random: randomFrom(seed) });
      if (done === null) continue;
      total.files++;
      total.pages += done.pages;
      total.drawings += done.drawings;
      total.left += done.left.length;
      total.words += done.words.length;
      total.kept += done.kept * done.pages;
      total.seconds += done.seconds;
      const why = done.reasons.length === 0 ? '' : ` (${[...new Set(done.reasons)].join('; ')})`;
      process.stdout.write(
        `${name}: ${done.drawings} of ${done.pages} pages stay drawings${why}; left ${done.left.length}; kept ${done.kept.toFixed(3)}\n`,
      );
    } catch (error) {
      if (!(error instanceof RectoError)) throw error;
      process.stdout.write(`${name}: not redacted, ${error.code}\n`);
    }
  }
} finally {
  await converter.close();
  rmSync(folder, { recursive: true, force: true });
}
report('redact-pdf', [
  { name: 'words taken out', ours: total.words, peer: null, unit: 'words' },
  { name: 'words left in text or bytes', ours: total.left, peer: null, unit: 'words', goal: '0' },
  { name: 'pages with text', ours: total.pages, peer: null, unit: 'pages' },
  { name: 'pages that became pictures', ours: total.pages - total.drawings, peer: null, unit: 'pages' },
  { name: 'other words kept, on drawings', ours: total.kept / total.pages, peer: null, unit: 'share', goal: '>= .98' },
  { name: 'time', ours: total.seconds / total.pages, peer: null, unit: 's/page' },
]);
