/**
 * Office documents a minute: the converter with two warm workers against one-shot `soffice --headless --convert-to pdf`,
 * one after another and two at a time (a profile each, made before the clock starts). Every document goes the whole way:
 * type detection, checks, conversion, and reading the PDF back. Encrypted and broken files count as answered on all sides.
 * A listener counts what the documents fetch. Data: `office/` under RECTO_SHARED_DATA or ../shared/data, else samples/.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { needsOffice } from '#shared/domain/media-types.ts';
import { docxWithLinkedPicture, fodtWithLinkedPicture } from '../corpus/office-files.ts';
import { collect, LIMITS, outcome, sourceOf, startConverter } from '../support/converter-fixture.ts';
import { sharedFiles } from '../support/shared-data.ts';

const LARGE = /handbook/;
const WORKERS = 2;
const run = promisify(execFile);

const folder = mkdtempSync(path.join(os.tmpdir(), 'recto-bench-'));
let fetched: string[] = [];
const listener = createServer((request, response) => {
  fetched.push(request.url ?? '');
  response.end();
});
await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
const address = listener.address();
const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;

const samples = (): string[] => {
  const dir = path.resolve(import.meta.dirname, '../../samples');
  return readdirSync(dir)
    .map((name) => path.join(dir, name))
    .filter((file) => /\.(?:docx?|pptx?|xlsx?|od[tps]|rtf)$/.test(file));
};
const given = sharedFiles('office');
const linked = ['linked.docx', 'linked.fodt'].map((name) => path.join(folder, name));
writeFileSync(linked[0] ?? '', docxWithLinkedPicture(`${url}/picture.png`));
writeFileSync(linked[1] ?? '', fodtWithLinkedPicture(`${url}/picture.png`));
const files = [...(given.length > 0 ? given : samples()), ...linked];

/** Takes files from one list until it is empty, `width` at a time. Wall seconds for all, and for each file. */
async function drain(list: readonly string[], width: number, one: (file: string, lane: number) => Promise<void>) {
  const queue = [...list];
  const started = performance.now();
  await Promise.all(
    Array.from({ length: width }, async (_, lane) => {
      for (let file = queue.shift(); file !== undefined; file = queue.shift()) await one(file, lane);
    }),
  );
  return (performance.now() - started) / 1000;
}

const converter = startConverter(path.join(folder, 'ours'), { officeWorkers: WORKERS, docWorkers: WORKERS });
await converter.warmUp();
const oursOne = async (file: string): Promise<void> => {
  const source = sourceOf(readFileSync(file));
  await outcome(
    (async () => {
      const { mediaType } = await converter.inspect({ source, limits: LIMITS });
      if (!needsOffice(mediaType)) return;
      await collect((await converter.toPdf({ source, mediaType, limits: LIMITS })).pdf);
    })(),
  );
};
const profile = (lane: number): string => `-env:UserInstallation=file://${path.join(folder, `profile-${lane}`)}`;
const peerOne = async (file: string, lane: number): Promise<void> => {
  const args = [profile(lane), '--headless', '--convert-to', 'pdf', '--outdir', path.join(folder, 'peer'), file];
  // An answer either way: it exits with an error for files that it cannot open.
  await run('soffice', args, { timeout: 180_000 }).catch(() => undefined);
};
writeFileSync(path.join(folder, 'warm.txt'), 'warm');
for (let lane = 0; lane < WORKERS; lane++) await peerOne(path.join(folder, 'warm.txt'), lane);

const small = files.filter((file) => !LARGE.test(file));
const large = files.filter((file) => LARGE.test(file));
type Side = { name: string; small: number; large: number; fetched: number };
async function measure(name: string, width: number, one: (file: string, lane: number) => Promise<void>): Promise<Side> {
  fetched = [];
  const side = { name, small: await drain(small, width, one), large: await drain(large, width, one) };
  return { ...side, fetched: fetched.length };
}
const ours = await measure(`ours, ${WORKERS} warm workers`, WORKERS, oursOne);
const sequential = await measure('one-shot soffice, one after another', 1, peerOne);
const parallel = await measure('one-shot soffice, two at a time', 2, peerOne);
await converter.close();
listener.close();

const perMinute = (count: number, seconds: number): number => (count / seconds) * 60;
const rows = [sequential, parallel].flatMap((peer) => {
  const row = (name: string, count: number, mine: number, theirs: number) => ({
    name: `${name} vs ${peer.name}`,
    ours: Math.round(perMinute(count, mine) * 10) / 10,
    peer: Math.round(perMinute(count, theirs) * 10) / 10,
    ratio: Math.round((theirs / mine) * 100) / 100,
    unit: 'documents/min',
  });
  return [
    row(`${small.length} documents`, small.length, ours.small, peer.small),
    ...(large.length === 0
      ? []
      : [row(`${files.length} with the long one`, files.length, ours.small + ours.large, peer.small + peer.large)]),
  ];
});
console.log(
  `${files.length} documents, ${Math.round(files.reduce((sum, file) => sum + statSync(file).size, 0) / 1024)} kB, ${os.availableParallelism()} cores`,
);
console.table(rows);
console.table(
  [ours, sequential, parallel].map((side) => ({
    ...side,
    small: side.small.toFixed(1),
    large: side.large.toFixed(1),
    unit: 's',
  })),
);
console.log(
  `Outbound requests by ours: ${ours.fetched}; by one-shot soffice: ${sequential.fetched} and ${parallel.fetched}.`,
);
rmSync(folder, { recursive: true, force: true });
if (process.argv.includes('--json')) {
  const machine = `${os.availableParallelism()} cores, ${os.cpus()[0]?.model.trim() ?? 'unknown'}`;
  const outbound = {
    name: 'outbound requests',
    ours: ours.fetched,
    peer: sequential.fetched,
    ratio: 0,
    unit: 'requests',
  };
  console.log(JSON.stringify({ bench: 'convert', machine, rows: [...rows, outbound] }));
}
