// Makes samples/ anew: `npm run samples`. Needs LibreOffice and the Liberation fonts; the results are committed.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { claimForm } from './samples/claim-form.ts';
import { contract } from './samples/contract.ts';
import { invoice } from './samples/invoice.ts';
import { order } from './samples/order.ts';
import { receipt } from './samples/receipt.ts';
import { slides } from './samples/slides.ts';
import { statement } from './samples/statement.ts';

/** The .ppt comes near it: LibreOffice puts an uncompressed preview picture into that format. */
const MAX_BYTES = 500_000;
const dir = path.resolve(import.meta.dirname, '../samples');
const samples = [invoice, contract, slides, order, statement, claimForm, receipt];

mkdirSync(dir, { recursive: true });
const onlyExpected = process.argv.includes('--expected');
for (const sample of onlyExpected ? [] : samples) {
  const bytes = await sample.make();
  if (bytes.length > MAX_BYTES) throw new Error(`${sample.file} has ${bytes.length} bytes, more than ${MAX_BYTES}.`);
  writeFileSync(path.join(dir, sample.file), bytes);
  process.stdout.write(`${sample.file.padEnd(28)} ${String(Math.ceil(bytes.length / 1000)).padStart(4)} kB\n`);
}
const expected = Object.fromEntries(
  samples.map((sample) => [sample.file, { about: sample.about, ...sample.expected }]),
);
writeFileSync(path.join(dir, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`);
