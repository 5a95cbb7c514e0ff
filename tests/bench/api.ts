/**
 * The API of the whole platform, in its own processes: how fast one document is read at 500 requests a second while a
 * batch is processed, what the platform holds in memory when idle, and while a file of 1 GB comes in.
 */

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { eventually, type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';
import { memoryOfTree } from '../support/process-memory.ts';
import { type Row, report } from './report.ts';

const SAMPLES = path.resolve(import.meta.dirname, '../../samples');
const RATE = 500;
const SECONDS = 20;
const MIB = 2 ** 20;
const LARGE_BYTES = 1024 * MIB;

const rows: Row[] = [];
const record = (name: string, ours: number, unit: string, goal?: string): void => {
  rows.push({ name, ours, peer: null, unit, ...(goal === undefined ? {} : { goal }) });
};

async function upload(platform: LocalPlatform, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<{ id: string }> {
  const form = new FormData();
  form.set('file', new File([bytes], name));
  const answer = await platform.api('/v1/documents', { method: 'POST', body: form });
  if (answer.status !== 202) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
  return JSON.parse(await answer.text()).document;
}

/** Uploads the samples over and over, each time with other bytes so that nothing is reused, until told to stop. */
async function keepBusy(platform: LocalPlatform, signal: AbortSignal): Promise<number> {
  const samples = readdirSync(SAMPLES).filter((name) => /\.(docx|pdf|xlsx|jpg)$/.test(name));
  let sent = 0;
  while (!signal.aborted) {
    for (const name of samples) {
      if (signal.aborted) break;
      const tail = new TextEncoder().encode(`\n%${sent}`);
      const bytes = name.endsWith('x')
        ? readFileSync(path.join(SAMPLES, name))
        : joined(path.join(SAMPLES, name), tail);
      await upload(platform, `${sent}-${name}`, new Uint8Array(bytes));
      sent += 1;
      await sleep(500, undefined, { signal }).catch(() => undefined);
    }
  }
  return sent;
}

const joined = (file: string, tail: Uint8Array): Uint8Array => Buffer.concat([readFileSync(file), tail]);

const resultSchema = z.object({
  non2xx: z.number(),
  errors: z.number(),
  latency: z.object({ p50: z.number(), p99: z.number() }),
  requests: z.object({ average: z.number() }),
});

/**
 * autocannon in a process of its own, so that what it does costs the platform nothing but CPU time. Few
 * connections, as it sends those of one tick in a burst: with many it would measure the length of the burst.
 */
async function load(url: string, apiKey: string) {
  const cannon = path.resolve(import.meta.dirname, '../../node_modules/autocannon/autocannon.js');
  const options = [
    '-c',
    '10',
    '-R',
    String(RATE),
    '-d',
    String(SECONDS),
    '-H',
    `authorization=Bearer ${apiKey}`,
    '--json',
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [cannon, ...options, url], { maxBuffer: 16 * MIB });
  return resultSchema.parse(JSON.parse(stdout));
}

async function readingUnderLoad(platform: LocalPlatform): Promise<void> {
  const { id } = await upload(platform, 'read-me.txt', new TextEncoder().encode('a document that is read a lot'));
  const stop = new AbortController();
  const busy = keepBusy(platform, stop.signal);
  await sleep(1000);
  const result = await load(`${platform.url}/v1/documents/${id}`, platform.apiKey);
  stop.abort();
  const sent = await busy;
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${result.non2xx} answers were no success, ${result.errors} failed`);
  record(
    `GET document at ${Math.round(result.requests.average)}/s, ${sent} documents in processing: p50`,
    result.latency.p50,
    'ms',
  );
  record('same: p99', result.latency.p99, 'ms', '<= 20');
}

function idleMemory(platform: LocalPlatform): void {
  const tree = memoryOfTree(platform.pid);
  const models = tree.filter(({ command }) => command.includes('gpu-service'));
  const own = tree.filter((entry) => !models.includes(entry));
  for (const { command, rss } of tree) console.log(`  ${Math.round(rss / MIB)} MiB  ${command.slice(0, 110)}`);
  record('idle memory without models', own.reduce((sum, { rss }) => sum + rss, 0) / MIB, 'MiB', '<= 250');
}

/** A form whose file is a gigabyte of text, made while it is sent. */
function largeForm(): { body: ReadableStream; type: string; length: number } {
  const boundary = 'bench-boundary';
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="large.txt"\r\n\r\n`;
  const tail = `\r\n--${boundary}--\r\n`;
  const chunk = Buffer.alloc(MIB, 'One line of a very long text that goes on and on.\n');
  function* parts(): Generator<Uint8Array> {
    yield Buffer.from(head);
    for (let sent = 0; sent < LARGE_BYTES; sent += MIB) yield chunk;
    yield Buffer.from(tail);
  }
  return {
    body: Readable.toWeb(Readable.from(parts(), { objectMode: false })) as ReadableStream,
    type: `multipart/form-data; boundary=${boundary}`,
    length: head.length + LARGE_BYTES + tail.length,
  };
}

async function largeUpload(platform: LocalPlatform): Promise<void> {
  let most = 0;
  let sampling = true;
  const sampler = (async () => {
    while (sampling) {
      const own = memoryOfTree(platform.pid).filter(({ command }) => !command.includes('gpu-service'));
      most = Math.max(most, own.find(({ pid }) => pid === platform.pid)?.rss ?? 0);
      await sleep(50);
    }
  })();
  const { body, type, length } = largeForm();
  const started = performance.now();
  const init: RequestInit & { duplex: 'half' } = {
    method: 'POST',
    body,
    duplex: 'half',
    headers: { 'content-type': type, 'content-length': String(length) },
  };
  const answer = await platform.api('/v1/documents', init);
  const seconds = (performance.now() - started) / 1000;
  sampling = false;
  await sampler;
  const text = await answer.text();
  if (answer.status !== 202) throw new Error(`the large upload got ${answer.status}: ${text}`);
  record('upload of 1 GiB: most memory of the process that takes it', most / MIB, 'MiB', '<= 300');
  record('upload of 1 GiB: rate', LARGE_BYTES / MIB / seconds, 'MiB/s');
  await platform.api(`/v1/documents/${JSON.parse(text).document.id}`, { method: 'DELETE' });
}

const env = {
  RECTO_REQUESTS_PER_SECOND: '5000',
  RECTO_MAX_FILE_BYTES: String(2 ** 31),
  // As `npm start` has it.
  NODE_COMPILE_CACHE: path.resolve(import.meta.dirname, '../../node_modules/.cache/recto'),
};
// Once before, so that what is measured is not the first start after an installation.
await (await startLocalPlatform(env)).dispose();
const started = performance.now();
const platform = await startLocalPlatform(env);
try {
  record('start until it answers', performance.now() - started, 'ms', '<= 3000');
  await eventually(
    async () => (await platform.api('/readyz')).status,
    (status) => status === 200,
  );
  await sleep(3000);
  idleMemory(platform);
  await largeUpload(platform);
  await readingUnderLoad(platform);
} finally {
  await platform.dispose();
}

report('api', rows);
