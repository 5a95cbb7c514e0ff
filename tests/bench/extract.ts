/**
 * Accuracy and speed of the extraction on labelled receipts (company, date, address, total), read from boxes with text.
 * Data: `sroie/` under RECTO_SHARED_DATA, else under ../shared/data. Without it there is nothing to measure.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { extract } from '#shared/domain/extraction/extract.ts';
import { receiptPage } from '../support/receipt-page.ts';

const root = path.resolve(
  process.env.RECTO_SHARED_DATA ?? path.resolve(import.meta.dirname, '../../../shared/data'),
  'sroie',
);
if (!existsSync(root)) {
  console.log(`No labelled receipts at ${root}; set RECTO_SHARED_DATA to the folder that holds sroie/.`);
  process.exit(0);
}

const verbose = process.argv.includes('--verbose');
const plain = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '');
const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');

/** The key's date as ISO; keys put the day first unless that is no date. */
function keyDate(text: string): string {
  const parts = text.replace(/[()]/g, '').split(/[\s/.-]+/);
  if (parts[0]?.length === 4) return parts.join('-');
  let [day = '', month = '', year = ''] = parts;
  const named = MONTHS.indexOf(month.slice(0, 3).toUpperCase());
  if (named >= 0) month = String(named + 1);
  if (Number(month) > 12) [day, month] = [month, day];
  if (year.length === 2) year = `20${year}`;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

const names = readdirSync(path.join(root, 'key'))
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -5));
const right = { date: 0, total: 0, company: 0, address: 0, type: 0 };
const times: number[] = [];
for (const round of [0, 1, 2]) {
  for (const name of names) {
    const page = receiptPage(readFileSync(path.join(root, 'box', `${name}.csv`), 'utf8'));
    const started = performance.now();
    const result = extract([page]);
    // The first round warms the compiler up, as a worker that runs for days is.
    if (round > 0) times.push(performance.now() - started);
    if (round > 0) continue;
    const key: { company: string; date: string; address: string; total: string } = JSON.parse(
      readFileSync(path.join(root, 'key', `${name}.json`), 'utf8'),
    );
    const value = (field: string): string => {
      const found = result.fields.find((one) => one.name === field)?.value;
      return typeof found === 'object' ? found.amount : String(found ?? '');
    };
    const checks: [keyof typeof right, string, string][] = [
      ['date', value('date'), keyDate(key.date)],
      ['total', value('total'), key.total.replace(/[^\d.]/g, '')],
      ['company', plain(value('supplier_name')), plain(key.company)],
      ['address', plain(value('supplier_address')), plain(key.address)],
      ['type', result.documentType.name, 'receipt'],
    ];
    for (const [field, ours, truth] of checks) {
      if (ours === truth) right[field]++;
      else if (verbose) console.log(`${name} ${field}: found "${ours}", true "${truth}"`);
    }
  }
}
times.sort((a, b) => a - b);
const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
const goals = { date: 0.95, total: 0.9, company: 0.75, address: null, type: null };
const rows = [
  ...Object.entries(right).map(([name, count]) => {
    const ours = count / names.length;
    const peer = goals[name as keyof typeof goals];
    return { name: `${name} exact`, ours, peer, ratio: peer === null ? null : ours / peer, unit: 'share' };
  }),
  { name: 'page p50', ours: at(0.5), peer: 20, ratio: at(0.5) / 20, unit: 'ms' },
  { name: 'page p95', ours: at(0.95), peer: null, ratio: null, unit: 'ms' },
];
console.log(`${names.length} receipts; "peer" is the goal`);
for (const row of rows) {
  console.log(`${row.name.padEnd(16)} ${row.ours.toFixed(3).padStart(8)}  goal ${row.peer ?? '-'} ${row.unit}`);
}
if (process.argv.includes('--json')) {
  const machine = {
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.cpus().length,
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
  };
  console.log(JSON.stringify({ bench: 'extract', machine, rows }));
}
