// `npm run cost [-- --gpu-pages-per-second 12 …]`: what a million pages cost; `--write` puts it into docs/cost.md.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { costTables } from './cost/page.ts';
import { USAGE } from './cost/usage.ts';
import { writeGenerated } from './generated-part.ts';

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    'gpu-pages-per-second': { type: 'string' },
    'cpu-pages-per-second': { type: 'string' },
    utilisation: { type: 'string' },
    'ocr-share': { type: 'string' },
    'pages-per-document': { type: 'string' },
  },
});
const { write, ...given } = values;

function number(flag: keyof typeof given, fallback: number): number {
  const text = given[flag];
  const value = text === undefined ? fallback : Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`--${flag} takes a number above 0, not "${text}".`);
  return value;
}

const usage = {
  ...USAGE,
  gpuPagesPerSecond: number('gpu-pages-per-second', USAGE.gpuPagesPerSecond),
  cpuPagesPerSecond: number('cpu-pages-per-second', USAGE.cpuPagesPerSecond),
  utilisation: number('utilisation', USAGE.utilisation),
  ocrShare: number('ocr-share', USAGE.ocrShare),
  pagesPerDocument: number('pages-per-document', USAGE.pagesPerDocument),
};
process.stdout.write(`${costTables(usage)}\n`);
if (write) {
  if (Object.keys(given).length > 0)
    throw new Error('docs/cost.md shows what scripts/cost/usage.ts says: write new numbers there, then --write alone.');
  writeGenerated(path.resolve(import.meta.dirname, '../docs/cost.md'), 'cost', costTables(USAGE));
}
