import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { chaosBatch } from '../chaos/batch.ts';
import { processTree } from '../chaos/process-tree.ts';
import { documentSchema, ended, getRun, listDocuments, sendOk, textOf } from '../support/documents-client.ts';
import { eventually, type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';

let platform: LocalPlatform;
beforeAll(async () => {
  platform = await startLocalPlatform();
});
afterAll(() => platform?.dispose());

const presignedSchema = z.object({ document: documentSchema, upload: z.object({ url: z.string() }) });
const alive = (pid: number): boolean => processTree(pid).length > 0;

describe('what was answered', () => {
  test('with 202 is there after a kill -9 in that moment, and ends ready', async () => {
    const [file] = await chaosBatch(1, 'kill');
    if (file === undefined) throw new Error('no file');
    const id = await sendOk(platform, file.name, file.bytes);
    await platform.kill();
    await platform.restart();
    expect(await ended(platform, id, 90_000)).toMatchObject({ status: 'ready', error: null });
    expect(await textOf(platform, id)).toContain(file.marker);
  }, 120_000);

  test('after the PUT of a presigned upload is processed, though the platform was killed at once', async () => {
    const answer = await platform.api('/v1/documents', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ filename: 'signed.txt', contentType: 'text/plain' }),
    });
    const { document, upload } = presignedSchema.parse(await answer.json());
    const put = await fetch(upload.url, { method: 'PUT', body: 'Put just before the end.\n' });
    expect(put.status).toBe(200);
    await platform.kill();
    await platform.restart();
    expect(await ended(platform, document.id, 90_000)).toMatchObject({ status: 'ready', error: null });
  }, 120_000);
});

test('SIGTERM hands back what is under way: it finishes after the restart and no attempt is lost', async () => {
  const before = (await listDocuments(platform)).length;
  const files = await chaosBatch(6, 'term');
  const ids = await Promise.all(files.map((file) => sendOk(platform, file.name, file.bytes)));
  await eventually(
    async () => (await (await platform.api('/v1/runs?status=running')).json()) as { items: unknown[] },
    (running) => running.items.length > 0,
    20_000,
  );
  const pids = processTree(platform.pid).map((each) => each.pid);
  expect(pids.length).toBeGreaterThan(1);
  await platform.stop();
  await eventually(
    async () => pids.filter(alive),
    (left) => left.length === 0,
    10_000,
  );
  await platform.restart();
  for (const [n, id] of ids.entries()) {
    const document = await ended(platform, id, 90_000);
    expect(document).toMatchObject({ status: 'ready', error: null });
    expect(await textOf(platform, id)).toContain(files[n]?.marker);
    const run = await getRun(platform, document.runId ?? '');
    expect(run.steps.flatMap((step) => step.attempts)).toEqual([]);
  }
  expect(await listDocuments(platform)).toHaveLength(before + ids.length);
}, 150_000);
