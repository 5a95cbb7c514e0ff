/**
 * No-op runs of five steps a second, 50 at once, against openworkflow on its SQLite backend; and how the engine's rate holds
 * when up to 100,000 runs wait. Both on files, in this process, in turns; ours through the real bus over HTTP.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { OpenWorkflow } from 'openworkflow';
import { BackendSqlite } from 'openworkflow/sqlite';
import { systemClock } from '#shared/adapters/embedded/clock.ts';
import { newId } from '#shared/domain/ids.ts';
import { createEngine } from '#shared/engine/engine.ts';
import type { Step } from '#shared/engine/step.ts';
import type { PushEnvelope } from '#shared/ports/message-bus.ts';
import { createEnginePlatform } from '../support/engine-platform.ts';
import { chainOf, done, singleStep } from '../support/test-steps.ts';

const STEPS = ['one', 'two', 'three', 'four', 'five'];
const CONCURRENT = 50;
const ROUNDS = 3;
const WARM_UP = 200;
const RUNS = 1500;
const BACKLOGS = [1000, 10_000, 100_000];
const SLICES = 5;
const SLICE = 500;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const temporary = (): string => mkdtempSync(path.join(os.tmpdir(), 'recto-bench-'));

async function startOurs(folder: string) {
  let ended = 0;
  let target = Number.POSITIVE_INFINITY;
  let reached = (): void => undefined;
  const waiting = new Map<string, () => void>();
  const steps: Step[] = STEPS.map((kind) => singleStep(kind, () => done()));
  const { platform, bus, close } = createEnginePlatform({
    clock: systemClock,
    file: path.join(folder, 'recto.db'),
    kinds: STEPS,
    token: 'bench',
    record: false,
  });
  const engine = createEngine({
    platform,
    steps,
    slots: { convert: 1, ocr: 1, cpu: CONCURRENT, network: 1 },
    onRunEnd: (_, { run }) => {
      const callBack = waiting.get(run.id);
      waiting.delete(run.id);
      if (callBack !== undefined) setImmediate(callBack);
      ended += 1;
      if (ended === target) setImmediate(reached);
    },
  });
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const envelope: PushEnvelope = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      engine.handleMessage(envelope).then(
        () => res.writeHead(204).end(),
        () => res.writeHead(503).end(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  bus.start(`http://127.0.0.1:${address.port}`);
  const workflow = chainOf(...STEPS);
  const startOne = (whenEnded?: () => void) => {
    const runId = newId('run', Date.now());
    if (whenEnded !== undefined) waiting.set(runId, whenEnded);
    return engine.startRun('bench', {
      runId,
      workflow,
      input: {},
      origin: { kind: 'system', requestId: null, by: null },
    });
  };
  return {
    engine,
    startOne,
    enqueue: async (count: number) => {
      for (let left = count; left > 0; left -= 200)
        await Promise.all(Array.from({ length: Math.min(left, 200) }, () => startOne()));
    },
    /** Resolves when `count` more runs have ended. */
    end: (count: number) =>
      new Promise<void>((resolve) => {
        target = ended + count;
        reached = resolve;
      }),
    stop: async () => {
      await engine.stop(5000);
      await bus.stop(1000);
      server.closeAllConnections();
      server.close();
      close();
    },
  };
}

/** Keeps `CONCURRENT` runs going until `count` have ended; `start` starts one and calls back when it ends. */
function keepGoing(count: number, start: (ended: () => void) => Promise<unknown>): Promise<void> {
  let begun = 0;
  let ended = 0;
  return new Promise((resolve, reject) => {
    const next = (): void => {
      if (begun === count) return;
      begun += 1;
      start(() => {
        ended += 1;
        if (ended === count) resolve();
        else next();
      }).catch(reject);
    };
    for (let i = 0; i < CONCURRENT; i++) next();
  });
}

async function rateOf(start: (ended: () => void) => Promise<unknown>): Promise<number> {
  await keepGoing(WARM_UP, start);
  const started = performance.now();
  await keepGoing(RUNS, start);
  return RUNS / ((performance.now() - started) / 1000);
}

async function ourRate(): Promise<number> {
  const folder = temporary();
  const ours = await startOurs(folder);
  ours.engine.start();
  const rate = await rateOf((ended) => ours.startOne(ended));
  await ours.stop();
  rmSync(folder, { recursive: true });
  return rate;
}

async function peerRate(): Promise<number> {
  const folder = temporary();
  const backend = BackendSqlite.connect(path.join(folder, 'openworkflow.db'));
  const peer = new OpenWorkflow({ backend });
  const waiting = new Map<string, () => void>();
  const workflow = peer.defineWorkflow({ name: 'bench' }, async ({ step, run }) => {
    for (const name of STEPS) await step.run({ name }, async () => null);
    // Told from inside, so that nobody polls; its last write is still to come, in the peer's favour.
    setImmediate(() => waiting.get(run.id)?.());
  });
  const worker = peer.newWorker({ concurrency: CONCURRENT });
  await worker.start();
  const rate = await rateOf(async (ended) => {
    const handle = await workflow.run({});
    waiting.set(handle.workflowRun.id, ended);
  });
  await worker.stop();
  await backend.stop();
  rmSync(folder, { recursive: true });
  return rate;
}

/** Runs a second, in slices over queues of each length in turns, so that what else the machine does meets all alike. */
async function ratesWithBacklog(): Promise<number[]> {
  const queues = BACKLOGS.map((backlog) => ({ backlog, folder: temporary(), rates: [] as number[] }));
  for (const { backlog, folder } of queues) {
    const ours = await startOurs(folder);
    await ours.enqueue(backlog + SLICES * SLICE);
    await ours.stop();
  }
  for (let slice = 0; slice < SLICES; slice++)
    for (const { folder, rates } of queues) {
      const ours = await startOurs(folder);
      const started = performance.now();
      const ended = ours.end(SLICE);
      ours.engine.start();
      await ended;
      rates.push(SLICE / ((performance.now() - started) / 1000));
      await ours.stop();
    }
  for (const { folder } of queues) rmSync(folder, { recursive: true });
  return queues.map(({ rates }) => median(rates));
}

const pairs: { ours: number; peer: number }[] = [];
for (let round = 0; round < ROUNDS; round++) pairs.push({ peer: await peerRate(), ours: await ourRate() });
const ours = median(pairs.map((pair) => pair.ours));
const peer = median(pairs.map((pair) => pair.peer));
const rows = [
  {
    name: `no-op runs of ${STEPS.length} steps, ${CONCURRENT} at once`,
    ours,
    peer,
    ratio: ours / peer,
    unit: 'runs/s',
  },
];
const rates = await ratesWithBacklog();
const shortest = rates[0] ?? 0;
// What a long queue is compared with is the shortest one.
for (const [i, rate] of rates.entries())
  rows.push({
    name: `with ${BACKLOGS[i]} runs waiting`,
    ours: rate,
    peer: shortest,
    ratio: rate / shortest,
    unit: 'runs/s',
  });

console.table(
  rows.map((row) => ({
    ...row,
    ours: Math.round(row.ours),
    peer: Math.round(row.peer),
    ratio: Number(row.ratio.toFixed(2)),
  })),
);
if (process.argv.includes('--json')) {
  const machine = `${os.cpus()[0]?.model ?? 'unknown'} x ${os.cpus().length}, Node ${process.version}`;
  console.log(JSON.stringify({ bench: 'engine', machine, rows }));
}
