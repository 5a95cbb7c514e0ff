/**
 * The OCR service under load, in its own process with two threads: what it takes at most (autocannon, as many callers as
 * keep it busy), then pages at once, twice and four times that rate, whoever is refused coming again when told to; and
 * with `--soak` its memory over 2,000 pages.
 */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { drawPage } from '../support/draw-page.ts';
import { isReady, type RunningService, startOcrService, until } from '../support/ocr-service.ts';
import { memoryOfTree } from '../support/process-memory.ts';
import { percentile, type Row, report } from './report.ts';

const WORKERS = 2;
const QUEUE_PAGES = 16;
const SECONDS = 15;
const SOAK_PAGES = 2000;
const SOAK_STEP = 200;
const MIB = 2 ** 20;
const GIVE_UP_MS = 180_000;

const rows: Row[] = [];
const record = (name: string, ours: number, unit: string, goal?: string): void => {
  rows.push({ name, ours, peer: null, unit, ...(goal === undefined ? {} : { goal }) });
};

/** Six lines of print, each page with other words. */
function page(number: number): Buffer {
  const lines = [
    'Delivery note',
    `No. ${number}`,
    `Pallets ${(number * 7) % 90}`,
    'Received in good order',
    'Total',
    '42.00',
  ];
  const drawn = lines.map((text, i) => ({ text, x: 30, y: 50 + 44 * i, size: 24 }));
  return Buffer.from(drawPage(drawn, { width: 480, height: 320 }).png);
}

/** No connection is waited for: the load is what was asked for, however slow the answers are. */
const agent = new Agent({ connections: null, pipelining: 1, headersTimeout: GIVE_UP_MS, bodyTimeout: GIVE_UP_MS });

interface Told {
  status: number;
  retryAfter: number;
  seconds: number;
}
async function send(service: RunningService, image: Buffer): Promise<Told> {
  const startedAt = performance.now();
  const { statusCode, headers, body } = await request(`${service.url}/v1/ocr`, {
    method: 'POST',
    headers: { 'content-type': 'image/png', 'cache-control': 'no-store' },
    body: image,
    dispatcher: agent,
  });
  await body.dump();
  const seconds = (performance.now() - startedAt) / 1000;
  return { status: statusCode, retryAfter: Number(headers['retry-after'] ?? Number.NaN), seconds };
}

const cannonSchema = z.object({
  non2xx: z.number(),
  errors: z.number(),
  latency: z.object({ p50: z.number(), p99: z.number() }),
  requests: z.object({ average: z.number() }),
});

/** Pages a second with twice as many callers as threads, each sending its next page when it has its answer. */
async function capacity(service: RunningService): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'recto-ocr-load-'));
  const file = path.join(folder, 'page.png');
  writeFileSync(file, page(1));
  // In a process of its own, as it is started on a command line; that one reads a body as text, which an image is not.
  const script = `import cannon from 'autocannon'; import { readFileSync } from 'node:fs';
    const [url, file] = process.argv.slice(1);
    const headers = { 'content-type': 'image/png', 'cache-control': 'no-store' };
    const load = { url, method: 'POST', headers, body: readFileSync(file), connections: ${2 * WORKERS}, duration: ${SECONDS}, timeout: 60 };
    process.stdout.write(JSON.stringify(await cannon(load)));`;
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', script, `${service.url}/v1/ocr`, file],
      { maxBuffer: 16 * MIB, cwd: path.resolve(import.meta.dirname, '../..') },
    );
    const result = cannonSchema.parse(JSON.parse(stdout));
    if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx} refused, ${result.errors} failed`);
    record('busy: pages a second', result.requests.average, '/s');
    record('busy: p50', result.latency.p50, 'ms');
    record('busy: p99', result.latency.p99, 'ms');
    return result.requests.average;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Sends `rate` pages a second, come what may; whoever is refused comes again after the time that it was told. */
async function load(service: RunningService, times: number, rate: number): Promise<void> {
  const first: Told[] = [];
  let refusedAgain = 0;
  let succeeded = 0;
  let longestQueue = 0;
  const come = async (image: Buffer): Promise<void> => {
    const giveUpAt = performance.now() + GIVE_UP_MS;
    for (let visit = 0; performance.now() < giveUpAt; visit++) {
      const told = await send(service, image);
      if (visit === 0) first.push(told);
      else if (told.status === 429) refusedAgain++;
      if (told.status === 200) {
        succeeded++;
        return;
      }
      if (told.status !== 429 || !(told.retryAfter > 0))
        throw new Error(`answered ${told.status} with Retry-After ${told.retryAfter}`);
      await sleep(1000 * told.retryAfter);
    }
    throw new Error('a page was refused for three minutes');
  };
  const images = Array.from({ length: 20 }, (_, number) => page(number));
  const all: Promise<void>[] = [];
  const total = Math.max(20, Math.round(rate * SECONDS));
  const startedAt = performance.now();
  for (let sent = 0; sent < total; sent++) {
    all.push(come(images[sent % images.length] ?? page(0)));
    await sleep(Math.max(0, startedAt + (1000 * (sent + 1)) / rate - performance.now()));
    if (sent % 10 === 0) longestQueue = Math.max(longestQueue, await queueOf(service));
  }
  await Promise.all(all);
  const answered = first.filter(({ status }) => status === 200).map(({ seconds }) => 1000 * seconds);
  const name = `${times}x (${rate.toFixed(1)}/s)`;
  record(`${name}: read at the first visit`, (100 * answered.length) / total, '%');
  record(`${name}: p50 of those`, percentile(answered, 0.5), 'ms');
  record(`${name}: p99 of those`, percentile(answered, 0.99), 'ms');
  record(`${name}: longest queue`, longestQueue, 'pages', `<= ${QUEUE_PAGES}`);
  record(`${name}: refused again when they came back`, refusedAgain, 'visits');
  record(`${name}: lost`, total - succeeded, 'pages', '0');
}

async function queueOf(service: RunningService): Promise<number> {
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  return Number(/^recto_ocr_queue_pages (\d+)/m.exec(metrics)?.[1] ?? Number.NaN);
}

async function soak(service: RunningService): Promise<void> {
  const memory: number[] = [];
  let next = 0;
  const caller = async (until: number): Promise<void> => {
    while (next < until) {
      const { status } = await send(service, page(next++));
      if (status !== 200) throw new Error(`a page of the soak was answered ${status}`);
    }
  };
  for (let until = SOAK_STEP; until <= SOAK_PAGES; until += SOAK_STEP) {
    await Promise.all(Array.from({ length: 2 * WORKERS }, () => caller(until)));
    const rss = memoryOfTree(service.process.pid ?? 0).reduce((sum, one) => sum + one.rss, 0) / MIB;
    memory.push(rss);
    process.stdout.write(`  ${until} pages: ${Math.round(rss)} MiB\n`);
  }
  const early = memory[1] ?? Number.NaN;
  record('soak: memory after 400 pages', early, 'MiB');
  record(`soak: memory after ${SOAK_PAGES} pages`, memory.at(-1) ?? Number.NaN, 'MiB', '<= 110% of that');
}

const service = await startOcrService({
  OCR_WORKERS: String(WORKERS),
  OCR_QUEUE_PAGES: String(QUEUE_PAGES),
  ...(process.env.OCR_QUANTIZED_DIR === undefined ? {} : { OCR_QUANTIZED_DIR: process.env.OCR_QUANTIZED_DIR }),
});
try {
  await until(() => isReady(service.url), 60_000);
  const rate = await capacity(service);
  for (const times of [1, 2, 4]) await load(service, times, times * rate);
  if (process.argv.includes('--soak')) await soak(service);
} finally {
  service.process.kill('SIGTERM');
  await service.exited;
  await agent.close();
}
report('ocr-load', rows);
