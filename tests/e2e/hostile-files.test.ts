import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostileFiles } from '../corpus/hostile-files.ts';
import { textPdf } from '../corpus/pdf-files.ts';
import { type DocumentSeen, ended, send, sendOk } from '../support/documents-client.ts';
import { type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';
import { sharedFiles } from '../support/shared-data.ts';

const SECRET = 'the-content-of-a-file-on-this-machine';
const REPOSITORY = path.resolve(import.meta.dirname, '../..');
/** Longest that one file may keep the platform busy. */
const BOUND_MS = 60_000;
const AT_ONCE = 4;
/** Server errors that are answers: something is missing or full, and the problem says so. */
const FAIR_FAULTS = [503, 507];

const folder = mkdtempSync(path.join(tmpdir(), 'recto-hostile-http-'));
const secretFile = path.join(folder, 'secret.txt');
const asked: string[] = [];
let listener: Server;
let url: string;
let platform: LocalPlatform;
let pid: number;
let before: Set<string>;
/** What lies in the folders that a stray file would most likely end up in. */
const surroundings = (): string[] =>
  [tmpdir(), REPOSITORY, path.dirname(REPOSITORY), '/'].flatMap((place) =>
    readdirSync(place).map((name) => path.join(place, name)),
  );

beforeAll(async () => {
  writeFileSync(secretFile, SECRET);
  listener = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('asked');
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  platform = await startLocalPlatform({ RECTO_CONVERT_SECONDS: '20' });
  pid = platform.pid;
  before = new Set(surroundings());
});
afterAll(async () => {
  await platform?.dispose();
  await new Promise((resolve) => listener.close(resolve));
  rmSync(folder, { recursive: true });
});

interface Case {
  name: string;
  bytes: Buffer;
  /** Null: any typed answer will do. */
  expected: readonly string[] | null;
}

function cases(): Case[] {
  const made = hostileFiles(url, secretFile).map((file) => ({ ...file, bytes: file.bytes() }));
  const given = sharedFiles('hostile/files').map((file) => ({
    name: path.basename(file),
    bytes: readFileSync(file),
    expected: null,
  }));
  const plain: Case[] = [
    { name: 'nothing.pdf', bytes: Buffer.alloc(0), expected: ['file_empty'] },
    { name: 'one-byte.docx', bytes: Buffer.from([0]), expected: null },
    { name: 'half.pdf', bytes: Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog'), expected: null },
    { name: 'one-long-word.txt', bytes: Buffer.from(`${'a'.repeat(3000)}@`), expected: ['ok'] },
  ];
  return [...plain, ...made, ...given];
}

describe('hostile files over HTTP', () => {
  const taken: { file: Case; id: string }[] = [];
  const outcomes: { name: string; code: string }[] = [];

  /** One file all the way: what became of it, as `ok` or the code of its refusal or failure. */
  async function outcomeOf(file: Case): Promise<string> {
    const answer = await send(platform, file.name, file.bytes);
    if (answer.taken === null) {
      const fair = answer.status < 500 || FAIR_FAULTS.includes(answer.status);
      expect(fair, `${file.name}: ${answer.status} ${answer.problem?.code}`).toBe(true);
      return answer.problem?.code ?? '';
    }
    taken.push({ file, id: answer.taken.document.id });
    const document: DocumentSeen = await ended(platform, answer.taken.document.id, 2 * BOUND_MS);
    expect(['ready', 'partial', 'failed'], file.name).toContain(document.status);
    expect(document.error === null, `${file.name} ${document.status}`).toBe(document.status !== 'failed');
    return document.error?.code ?? 'ok';
  }

  test('are each refused with a code, or end ready or failed with a code, in time', async () => {
    const waiting = cases();
    const work = async (): Promise<void> => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
        const started = performance.now();
        const code = await outcomeOf(file);
        expect(performance.now() - started, file.name).toBeLessThan(BOUND_MS);
        expect(['internal', 'worker_crashed', 'step_timeout'], file.name).not.toContain(code);
        if (file.expected !== null) expect(file.expected, file.name).toContain(code);
        outcomes.push({ name: file.name, code });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(outcomes.filter(({ code }) => code === 'ok').length).toBeGreaterThan(0);
    expect(outcomes.filter(({ code }) => code !== 'ok').length).toBeGreaterThan(0);
  }, 400_000);

  test('read no file of this machine and ask nobody', async () => {
    for (const { file, id } of taken) {
      const answer = await platform.api(`/v1/documents/${id}/artifacts/text`);
      const text = await answer.text();
      expect(text, file.name).not.toContain(SECRET);
    }
    expect(asked).toEqual([]);
  });

  test('leave nothing outside the data folder and nothing half-done in it', async () => {
    // Sockets and folders of the processes at work are theirs; what a document could have named is not.
    const stray = surroundings().filter((file) => !before.has(file) && /evil|passwd|pwned|\.\.|secret/i.test(file));
    expect(stray).toEqual([]);
    expect(readdirSync(path.join(platform.dataDir, 'tmp/front'))).toEqual([]);
    expect(readdirSync(path.join(platform.dataDir, 'tmp/steps'))).toEqual([]);
  });

  test('leave the platform as it was: the same process, which does the next document', async () => {
    expect(platform.pid).toBe(pid);
    expect((await platform.api('/healthz')).status).toBe(200);
    const id = await sendOk(
      platform,
      'next.pdf',
      await textPdf(['An honest page after all of that, with words enough.']),
    );
    expect(await ended(platform, id)).toMatchObject({ status: 'ready', error: null });
  }, 90_000);

  test('leave log lines that are one JSON object each', async () => {
    const lines = platform
      .output()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('Recto is ready'));
    // What is kept of the output may begin in the middle of a line.
    for (const line of lines.slice(1)) expect(JSON.parse(line)).toMatchObject({ level: expect.any(String) });
  });
});
