import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  documentSchema,
  ended,
  getDocument,
  listDocuments,
  problemSchema,
  send,
  sendOk,
  textOf,
} from '../support/documents-client.ts';
import { eventually, type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';

let platform: LocalPlatform;
beforeAll(async () => {
  platform = await startLocalPlatform();
});
afterAll(() => platform?.dispose());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const named = async (filename: string) => (await listDocuments(platform)).filter((each) => each.filename === filename);

describe('the same upload', () => {
  test('ten times at once with one Idempotency-Key makes one document, and all get it in the end', async () => {
    const text = 'One note, sent ten times at once.\n';
    const all = await Promise.all(
      Array.from({ length: 10 }, () => send(platform, 'once.txt', text, { key: 'same-key' })),
    );
    for (const { problem } of all.filter((each) => each.status !== 202))
      expect(problem).toMatchObject({ status: 409, code: 'conflict' });
    const again = await send(platform, 'once.txt', text, { key: 'same-key' });
    const ids = new Set([...all, again].flatMap((each) => each.taken?.document.id ?? []));
    expect(ids.size).toBe(1);
    expect(await named('once.txt')).toHaveLength(1);
    expect(await ended(platform, [...ids][0] ?? '')).toMatchObject({ status: 'ready', sha256: sha256(text) });
  });

  test('with the key of another one is refused, and nothing is kept of it', async () => {
    const other = await send(platform, 'other.txt', 'Something else.\n', { key: 'same-key' });
    expect(other.problem).toMatchObject({ status: 409, code: 'idempotency_mismatch' });
    expect(await named('other.txt')).toEqual([]);
  });
});

describe('a file in the incoming folder', () => {
  const drop = (name: string, text: string): void => {
    const folder = path.join(platform.dataDir, 'buckets/incoming/demo');
    const aside = path.join(platform.dataDir, `${name}.part`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(aside, text);
    renameSync(aside, path.join(folder, name));
  };
  const arrived = (filename: string, count: number) =>
    eventually(
      () => named(filename),
      (found) => found.length === count && found.every((each) => each.status === 'ready'),
      60_000,
    );
  const first = 'First words under this name: alpha.\n';

  test('under two names is two documents, the second with the results of the first', async () => {
    drop('alpha.txt', first);
    const [one] = await arrived('alpha.txt', 1);
    drop('beta.txt', first);
    const [two] = await arrived('beta.txt', 1);
    expect(two?.id).not.toBe(one?.id);
    expect(two).toMatchObject({ reusedFrom: one?.id, sha256: sha256(first) });
    expect(await textOf(platform, two?.id ?? '')).toContain('alpha');
  }, 90_000);

  test('whose name is used again with other bytes is another document with its own text', async () => {
    const second = 'Second words under this name: omega.\n';
    drop('alpha.txt', second);
    const [newest, oldest] = await arrived('alpha.txt', 2);
    expect([newest?.sha256, oldest?.sha256]).toEqual([sha256(second), sha256(first)]);
    expect(newest?.reusedFrom).toBeNull();
    const text = await textOf(platform, newest?.id ?? '');
    expect(text).toContain('omega');
    expect(text).not.toContain('alpha');
    expect(await textOf(platform, oldest?.id ?? '')).toContain('alpha');
  }, 90_000);

  test('uploaded over HTTP under a name that was used before never gives the data of the other', async () => {
    const id = await sendOk(platform, 'alpha.txt', 'Third words: sigma.\n');
    expect(await ended(platform, id)).toMatchObject({ status: 'ready', reusedFrom: null });
    expect(await textOf(platform, id)).toContain('sigma');
  }, 90_000);
});

test('a presigned URL takes bytes once; a second PUT changes nothing', async () => {
  const presign = await platform.api('/v1/documents', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ filename: 'signed.txt', contentType: 'text/plain' }),
  });
  const { document, upload } = z
    .object({ document: documentSchema, upload: z.object({ url: z.string() }) })
    .parse(await presign.json());
  const put = (body: string) => fetch(upload.url, { method: 'PUT', body });
  const both = await Promise.all([put('The bytes of one.\n'), put('The bytes of two.\n')]);
  expect(both.map((each) => each.status).sort()).toEqual([200, 412]);
  const late = await put('The bytes of three.\n');
  expect(problemSchema.parse(await late.json())).toMatchObject({ status: 412, code: 'precondition_failed' });
  const done = await ended(platform, document.id);
  expect(done.status).toBe('ready');
  const winner = both[0]?.status === 200 ? 'The bytes of one.\n' : 'The bytes of two.\n';
  expect(done.sha256).toBe(sha256(winner));
  expect((await put('The bytes of four.\n')).status).toBe(412);
  expect((await getDocument(platform, document.id)).sha256).toBe(sha256(winner));
}, 90_000);
