import { appendFileSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createBucketWatcher } from '#shared/adapters/embedded/bucket-watcher.ts';
import { systemClock } from '#shared/adapters/embedded/clock.ts';
import { createObjectStore } from '#shared/adapters/embedded/object-store.ts';
import type { Clock } from '#shared/ports/clock.ts';
import { createManualClock } from '#tests/support/manual-clock.ts';
import { createRecordedBus } from '#tests/support/recorded-bus.ts';
import { temporaryFolder } from '#tests/support/temporary-folder.ts';

const setup = (clock: Clock, topics = ['object-finalized']) => {
  const root = temporaryFolder();
  const { bus, published, log } = createRecordedBus(clock, topics);
  const open = () => {
    const watcher = createBucketWatcher({ root, file: path.join(root, 'watcher.db'), bus, clock, log });
    let open = true;
    const close = async (): Promise<void> => {
      if (!open) return;
      open = false;
      await watcher.stop();
      watcher.close();
    };
    onTestFinished(close);
    return { watcher, close };
  };
  const drop = (name: string, text: string): void => {
    const file = path.join(root, 'buckets/incoming', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const announced = (): string[] =>
    published().map(({ attributes }) => `${attributes.tenantId}/${attributes.objectId}`);
  return { root, published, announced, open, drop };
};

/** With time in the test's hands: looks, lets the files settle, looks again. */
const manual = () => {
  const clock = createManualClock();
  const all = setup(clock);
  const { watcher, close } = all.open();
  const settle = async (by = watcher): Promise<void> => {
    while (await by.pass());
    await clock.advance(1_500);
    while (await by.pass());
  };
  return { ...all, clock, watcher, close, settle };
};

it('announces a file as Cloud Storage does, with the generation that the object store tells', async () => {
  const { root, clock, drop, settle, published } = manual();
  drop('acme/sub folder/réport.pdf', 'hello');
  await settle();
  const store = createObjectStore({ root, clock, signingKey: new Uint8Array(32), baseUrl: () => '' });
  const info = await store.forTenant('acme').head({ bucket: 'incoming', key: 'sub folder/réport.pdf' });
  const [message] = published();
  expect(message).toMatchObject({
    topic: 'object-finalized',
    attributes: {
      eventType: 'OBJECT_FINALIZE',
      bucketId: 'incoming',
      objectId: 'sub folder/réport.pdf',
      objectGeneration: info?.generation,
      tenantId: 'acme',
    },
  });
  expect(JSON.parse(message?.data ?? '')).toMatchObject({
    name: 'sub folder/réport.pdf',
    size: '5',
    generation: info?.generation,
  });
});

it('announces each state of a file once, also across restarts', async () => {
  const { drop, settle, announced, close, open } = manual();
  drop('acme/a', 'one');
  await settle();
  await settle();
  await close();
  const again = open();
  await settle(again.watcher);
  expect(announced()).toEqual(['acme/a']);
  drop('acme/a', 'other');
  drop('acme/while-down', 'x');
  await settle(again.watcher);
  expect(announced().sort()).toEqual(['acme/a', 'acme/a', 'acme/while-down']);
});

it('waits until a file stands still', async () => {
  const { root, clock, drop, watcher, announced } = manual();
  drop('acme/growing', 'a');
  await watcher.pass();
  for (let i = 0; i < 5; i++) {
    await clock.advance(1_000);
    appendFileSync(path.join(root, 'buckets/incoming/acme/growing'), 'more');
    await watcher.pass();
    expect(announced()).toEqual([]);
  }
  await clock.advance(1_499);
  await watcher.pass();
  expect(announced()).toEqual([]);
  await clock.advance(1);
  await watcher.pass();
  expect(announced()).toEqual(['acme/growing']);
});

it('passes over unfinished names until they are renamed, foreign folders, links and what is too deep', async () => {
  const { root, drop, settle, announced } = manual();
  for (const name of ['.hidden', '.hidden-folder/a', 'a.part', 'b.crdownload', 'c.TMP', 'd~'])
    drop(`acme/${name}`, 'x');
  drop('No Tenant/a', 'x');
  drop('loose-file', 'x');
  drop(`acme/${'d/'.repeat(9)}deep`, 'x');
  drop(`acme/${'e/'.repeat(10)}too-deep`, 'x');
  const bucket = path.join(root, 'buckets/incoming');
  drop('../../outside/secret', 'x');
  symlinkSync(path.join(root, 'outside'), path.join(bucket, 'acme/link'));
  symlinkSync(path.join(root, 'outside'), path.join(bucket, 'linked-tenant'));
  symlinkSync(path.join(root, 'outside/secret'), path.join(bucket, 'acme/file-link'));
  await settle();
  expect(announced()).toEqual([`acme/${'d/'.repeat(9)}deep`]);
  renameSync(path.join(bucket, 'acme/a.part'), path.join(bucket, 'acme/a'));
  await settle();
  expect(announced().slice(1)).toEqual(['acme/a']);
});

it('gets through more files than one pass looks at, each once', async () => {
  const { root, clock, drop, watcher, announced } = manual();
  for (let i = 0; i < 2_300; i++) drop(`t${i % 3}/f${i}`, String(i));
  expect(await watcher.pass()).toBe(true);
  for (let round = 0; round < 8; round++) {
    await clock.advance(1_500);
    await watcher.pass();
  }
  expect(new Set(announced()).size).toBe(2_300);
  expect(announced()).toHaveLength(2_300);
  expect(readdirSync(path.join(root, 'buckets/incoming'))).toHaveLength(3);
}, 60_000);

it('announces again what could not be published', async () => {
  const clock = createManualClock();
  const { root, drop } = setup(clock, []);
  drop('acme/a', 'x');
  const refusing = createRecordedBus(clock, []);
  const options = { root, file: path.join(root, 'watcher.db'), clock, log: refusing.log };
  const broken = createBucketWatcher({ ...options, bus: refusing.bus });
  await broken.pass();
  await clock.advance(1_500);
  await expect(broken.pass()).rejects.toThrow(/no topic/);
  broken.close();
  const working = createRecordedBus(clock, ['object-finalized']);
  const watcher = createBucketWatcher({ ...options, bus: working.bus });
  await watcher.pass();
  await clock.advance(1_500);
  await watcher.pass();
  watcher.close();
  expect(working.published()).toHaveLength(1);
});

it('announces a file that was deleted and dropped anew', async () => {
  const { root, drop, settle, announced } = manual();
  drop('acme/a', 'x');
  await settle();
  rmSync(path.join(root, 'buckets/incoming/acme/a'));
  await settle();
  drop('acme/a', 'x');
  await settle();
  expect(announced()).toEqual(['acme/a', 'acme/a']);
});

it('finds files by itself once started, those that were there before as well', async () => {
  const { open, drop, announced } = setup(systemClock);
  drop('acme/before', 'x');
  const { watcher } = open();
  watcher.start();
  drop('globex/after', 'x');
  const deadline = Date.now() + 15_000;
  while (announced().length < 2 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(announced().sort()).toEqual(['acme/before', 'globex/after']);
});
