import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { until } from '#tests/support/ocr-service.ts';
import { readerFiles } from '../ocr/models.ts';
import { WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'recto-pool-'));
/** While it is there, threads refuse to load the reader it names. */
const refuse = path.join(folder, 'refuse');

/** A thread that keeps the protocol and reads nothing: `!` ends it, `?` keeps it busy for good, `~` is damaged. */
const THREAD = `
  import { existsSync, readFileSync } from 'node:fs';
  const refuse = ${JSON.stringify(refuse)};
  import { parentPort } from 'node:worker_threads';
  let taken = [];
  parentPort.on('message', (message) => {
    const { kind, reader, tasks } = message;
    if (kind === 'load' && existsSync(refuse) && readFileSync(refuse, 'utf8') === reader)
      return parentPort.postMessage({ kind: 'refused', reader, error: { code: 'internal', message: 'no memory' } });
    if (kind === 'load') return parentPort.postMessage({ kind: 'loaded', reader });
    if (kind !== 'read') return;
    const texts = tasks.map(({ image }) => String.fromCharCode(...image));
    if (texts.includes('!')) process.exit(1);
    if (texts.includes('?')) return;
    const seconds = 0.001;
    tasks.forEach(({ id }, index) => {
      if (texts[index] === '~')
        return parentPort.postMessage({ kind: 'failed', id, error: { code: 'file_corrupt', message: 'damaged' } });
      const page = new TextEncoder().encode(texts[index] + '/' + tasks.length);
      parentPort.postMessage({ kind: 'done', id, page, model: 'none', seconds, stages: {} }, [page.buffer]);
    });
  });
  parentPort.postMessage({ kind: 'up' });`;

let pool: WorkerPool;
const batches: number[] = [];
afterEach(async () => {
  await pool.close();
  rmSync(refuse, { force: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function start(options: Partial<WorkerPoolOptions> = {}): Promise<void> {
  batches.length = 0;
  pool = new WorkerPool({
    workers: 1,
    queuePages: 8,
    batchPages: 4,
    batchWaitMs: 0,
    pageTimeoutMs: 10_000,
    settings: { maxPixels: 1e6, session: { provider: 'cpu' } },
    log: () => undefined,
    onBatch: (pages) => batches.push(pages),
    entry: new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`),
    ...options,
  });
  await pool.load('r', readerFiles('en'));
}

const page = (text: string) => ({ image: new TextEncoder().encode(text), dpi: 200 });
const stay = new AbortController().signal;
const read = async (...texts: string[]): Promise<string[]> => {
  const answers = await pool.run('r', texts.map(page), stay);
  return answers.map((answer) => new TextDecoder().decode(answer.page));
};
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'read',
    (error: { code: unknown }) => error.code,
  );

describe('the threads', () => {
  it('take what waits together, up to a batch, whoever sent it', async () => {
    await start();
    const answers = await Promise.all([read('a', 'b', 'c'), read('d', 'e'), read('f')]);
    expect(answers.flat()).toEqual(['a/4', 'b/4', 'c/4', 'd/4', 'e/2', 'f/2']);
    expect(batches).toEqual([4, 2]);
  });

  it('share what waits among those that are free', async () => {
    await start({ workers: 2 });
    expect(await read('a', 'b')).toEqual(['a/1', 'b/1']);
  });

  it('wait for a batch to fill no longer than they are told', async () => {
    await start({ batchWaitMs: 40 });
    const startedAt = performance.now();
    expect(await read('a')).toEqual(['a/1']);
    expect(performance.now() - startedAt).toBeGreaterThan(30);
    expect(await read('a', 'b', 'c', 'd')).toEqual(['a/4', 'b/4', 'c/4', 'd/4']);
  });

  it('answer a page that is damaged by itself', async () => {
    await start();
    const outcomes = await Promise.all([codeOf(read('~')), codeOf(read('a'))]);
    expect([outcomes, batches]).toEqual([['file_corrupt', 'read'], [2]]);
  });

  it('that a page took down are replaced; the page fails alone, those read along with it are read again', async () => {
    await start();
    const outcomes = await Promise.all(['a', '!', 'b'].map((text) => codeOf(read(text))));
    expect(outcomes).toEqual(['read', 'worker_crashed', 'read']);
    expect(batches[0]).toBe(3);
    expect(batches.slice(1)).toEqual([1, 1, 1]);
    await until(() => pool.ready);
  });

  it('whose replacement cannot load what the others have are replaced until one can; who waits is read then', async () => {
    await start();
    await pool.load('s', readerFiles('en'));
    writeFileSync(refuse, 's');
    const crashed = codeOf(read('!'));
    const waiting = pool.run('s', [page('a')], stay);
    expect(await crashed).toBe('worker_crashed');
    await until(() => !pool.ready);
    rmSync(refuse);
    expect(new TextDecoder().decode((await waiting)[0]?.page)).toBe('a/1');
    await until(() => pool.ready);
  });

  it('that never come up again let nobody wait for good', async () => {
    await start({ batchPages: 1 });
    writeFileSync(refuse, 'r');
    const outcomes = await Promise.all([codeOf(read('!')), codeOf(read('a'))]);
    expect(outcomes).toEqual(['worker_crashed', 'dependency_unavailable']);
    expect(pool.idle).toBe(true);
  });

  it('that a page keeps busy for too long are replaced, and so is told', async () => {
    await start({ pageTimeoutMs: 100 });
    expect(await Promise.all(['?', 'a'].map((text) => codeOf(read(text))))).toEqual(['step_timeout', 'read']);
  });

  it('hold as many pages as they may; the others are told to come again', async () => {
    await start({ queuePages: 2 });
    const held = [codeOf(read('?')), codeOf(read('a', 'b'))];
    // Nobody knows yet how long a page takes: a second each, so that they come one after another.
    const refused = [1, 2, 3].map(() => read('c').catch(({ code, retryAfter }) => [code, retryAfter]));
    expect(await Promise.all(refused)).toEqual([3, 4, 5].map((seconds) => ['overloaded', seconds]));
    await pool.close();
    expect(await Promise.all(held)).toEqual(['worker_crashed', 'worker_crashed']);
  });

  it('drop pages that nobody waits for', async () => {
    await start({ batchPages: 1 });
    const caller = new AbortController();
    const busy = codeOf(read('?'));
    const waiting = codeOf(pool.run('r', [page('a'), page('b')], caller.signal));
    await until(() => pool.queued === 2);
    caller.abort();
    expect([await waiting, pool.queued]).toEqual(['cancelled', 0]);
    await pool.close();
    expect(await busy).toBe('worker_crashed');
  });
});
