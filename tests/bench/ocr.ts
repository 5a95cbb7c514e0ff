/*
 * Reading pages, against what people would pick instead: Tesseract (one thread), tesseract.js, @gutenye/ocr-node. Each engine has
 * a process of its own; they take turns page by page, so that load on the machine falls on all alike. Then a second process
 * of ours beside the first (throughput), and a page of 34 megapixels (memory).
 *
 * The npm peers are installed into a cache folder, not into this project: one brings sharp, whose libvips is LGPL, and nobody
 * needs them to work here. `--peers=no` leaves them out; `--pages=<n>` takes the first n pages of a set.
 */
import { execFileSync, fork } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createCanvas, ImageData } from '@napi-rs/canvas';
import { generatedPages } from '#gpu/calibration/generated-pages.ts';
import { readImageHeader } from '#gpu/ocr/image-header.ts';
import type { Answer } from './ocr/host.ts';
import { type BenchPage, pageSets } from './ocr/pages.ts';
import { score } from './ocr/score.ts';
import { percentile, type Row, report } from './report.ts';

const PEERS = ['@gutenye/ocr-node@1.4.8', 'tesseract.js@7', '@tesseract.js-data/eng@1'];
const option = (name: string): string | undefined =>
  process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
const most = Number(option('pages') ?? 1000);
const root = path.resolve(import.meta.dirname, '../..');
const cache = path.join(root, 'node_modules/.cache/recto-ocr');
const folder = mkdtempSync(path.join(tmpdir(), 'recto-bench-ocr-'));

interface Engine {
  name: string;
  read(file: string): Promise<Answer>;
  close(): void;
}

async function start(name: string, args: readonly string[]): Promise<Engine> {
  const child = fork(path.join(import.meta.dirname, 'ocr/host.ts'), args);
  const next = <T>(): Promise<T> =>
    new Promise((resolve, reject) => {
      const gone = (code: number | null): void => reject(new Error(`${name} ended with ${code}.`));
      child.once('exit', gone);
      child.once('message', (message: T) => {
        child.off('exit', gone);
        resolve(message);
      });
    });
  await next<string>();
  return {
    name,
    read: (file) => {
      child.send(file);
      return next<Answer>();
    },
    close: () => void child.kill(),
  };
}

function peersFolder(): string {
  const home = path.join(cache, 'peers');
  if (!existsSync(path.join(home, 'node_modules/@gutenye/ocr-node'))) {
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, 'package.json'), '{"private":true}\n');
    // No install scripts: none of them needs one, and one would look for CUDA.
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...PEERS], { cwd: home });
  }
  return home;
}

async function engines(): Promise<Engine[]> {
  const readers = ['ppocr-v6', 'ppocr-v6-latin', 'ppocr-v6-tiny', 'ppocr-v6-small'];
  const started: Engine[] = [];
  for (const reader of readers)
    for (const precision of ['int8', 'fp32'])
      started.push(await start(`${reader}, ${precision}`, ['ours', reader, precision, cache]));
  if (option('peers') === 'no') return started;
  try {
    execFileSync('tesseract', ['--version'], { stdio: 'ignore' });
    started.push(await start('tesseract', ['tesseract']));
  } catch {
    console.log('Tesseract is not installed: it is left out.');
  }
  const peers = peersFolder();
  started.push(await start('tesseract.js', ['tesseract-js', peers]), await start('gutenye', ['gutenye', peers]));
  return started;
}

/** Wall seconds in which `count` processes read the pages, each taking the next one that is left. */
async function drain(pages: readonly BenchPage[], count: number): Promise<number> {
  const hosts = await Promise.all(
    Array.from({ length: count }, () => start('ours', ['ours', 'ppocr-v6', 'int8', cache])),
  );
  const left = [...pages];
  const startedAt = performance.now();
  await Promise.all(
    hosts.map(async (host) => {
      for (let page = left.shift(); page !== undefined; page = left.shift()) await host.read(page.file);
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  for (const host of hosts) host.close();
  return seconds;
}

/** Peak memory of a process that reads a page of 34 megapixels. */
async function largePage(): Promise<number> {
  const [page] = generatedPages(1, 1, { kind: 'form', width: 5000 });
  if (page === undefined) return 0;
  const { width, height, data } = page.raster;
  const canvas = createCanvas(width, height);
  canvas.getContext('2d').putImageData(new ImageData(data, width, height), 0, 0);
  const file = path.join(folder, 'large.jpg');
  writeFileSync(file, canvas.toBuffer('image/jpeg', 90));
  const host = await start('ours', ['ours', 'ppocr-v6', 'int8', cache]);
  const { peakMb } = await host.read(file);
  host.close();
  console.log(`large page: ${width} x ${height}, ${((width * height) / 1e6).toFixed(1)} megapixels`);
  return peakMb;
}

const rows: Row[] = [];
const table: Record<string, Record<string, string | number>> = {};
const all = await engines();
const sets = pageSets(path.join(folder, 'pages'), most);
const SMALL = 4e6;
const three = (value: number): number => Number(value.toPrecision(3));
for (const { name: set, pages } of sets) {
  const answers = new Map(all.map((engine) => [engine.name, [] as { page: BenchPage; answer: Answer }[]]));
  for (const page of pages) {
    const header = readImageHeader(await readFile(page.file));
    page.pixels = header.width * header.height;
    for (const engine of all) answers.get(engine.name)?.push({ page, answer: await engine.read(page.file) });
  }
  const figures = [...answers].map(([name, list]) => {
    const timed = list.filter(({ page }) => page.pixels <= SMALL).map(({ answer }) => answer);
    return {
      name,
      wall: percentile(
        timed.map((answer) => answer.wall),
        0.5,
      ),
      cpu: percentile(
        timed.map((answer) => answer.cpu),
        0.5,
      ),
      words: score(list.map(({ page, answer }) => ({ truth: page.truth, read: answer.words }))),
      lines: score(list.map(({ page, answer }) => ({ truth: page.truth, read: answer.lines }))),
      peakMb: Math.max(...list.map(({ answer }) => answer.peakMb)),
    };
  });
  for (const { name, wall, cpu, words, lines, peakMb } of figures)
    table[`${set}: ${name}`] = {
      's/page': three(wall),
      'CPU s/page': three(cpu),
      'word F1': three(words.f1),
      'CER, words': three(words.cer),
      'CER, lines': three(lines.cer),
      'peak MB': Math.round(peakMb),
    };
  const own = figures[0];
  if (own === undefined) continue;
  const peers = figures.filter(({ name }) => !name.startsWith('ppocr'));
  const best = (of: (figure: (typeof figures)[number]) => number, pick: (...values: number[]) => number) =>
    peers.length === 0 ? null : pick(...peers.map(of));
  rows.push(
    {
      name: `${set}: wall a page, median, to 4 MP`,
      ours: own.wall,
      peer: best((f) => f.wall, Math.min),
      unit: 's',
      goal: '<= 0.62',
    },
    { name: `${set}: CPU a page, median, to 4 MP`, ours: own.cpu, peer: best((f) => f.cpu, Math.min), unit: 's' },
    {
      name: `${set}: word F1`,
      ours: own.words.f1,
      peer: best((f) => f.words.f1, Math.max),
      unit: '',
      goal: set === 'forms' ? '>= 0.90' : '>= 0.92',
    },
    {
      name: `${set}: CER`,
      ours: own.words.cer,
      peer: best((f) => f.words.cer, Math.min),
      unit: '',
      goal: set === 'forms' ? '<= 0.050' : '<= 0.020',
    },
    { name: `${set}: peak memory`, ours: own.peakMb, peer: best((f) => f.peakMb, Math.min), unit: 'MB' },
  );
}
for (const engine of all) engine.close();
const pages = (sets[0]?.pages ?? []).filter((page) => page.pixels <= SMALL);
const one = await drain(pages, 1);
rows.push({
  name: 'two workers, times one',
  ours: one / (await drain(pages, 2)),
  peer: null,
  unit: 'x',
  goal: '>= 1.8',
});
rows.push({
  name: 'page of 34 megapixels: peak memory',
  ours: await largePage(),
  peer: null,
  unit: 'MB',
  goal: '<= 1536',
});
rmSync(folder, { recursive: true });
console.table(table);
report('ocr', rows);
