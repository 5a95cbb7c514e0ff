import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { textPdf } from '../corpus/pdf-files.ts';
import { secretsInText } from '../support/count-leaks.ts';
import { ended, listDocuments, send } from '../support/documents-client.ts';
import { eventually, type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';

const LONG = 120_000;
/** Who the document is about: in the name of the file that was sent, of its copies and of the damaged ones. */
const PERSON = 'Ottoline Quennell';
const MAILBOX = 'quayside@hidden.example';
const SECRETS = ['Ottoline', 'Quennell', MAILBOX, '4111111111111111', '536-90-4399', 'L01X00T47'];
const METADATA = { customer: PERSON, 'Ottoline Quennell': 'yes', card: '4111 1111 1111 1111', passport: 'L01X00T47' };
const PLAIN = { ...METADATA, department: 'harbour office' };

let platform: LocalPlatform;
let reader: string;
let receiver: Server;
const bodies: string[] = [];
const ids: string[] = [];

const asReader = (target: string): Promise<Response> =>
  platform.api(target, { headers: { authorization: `Bearer ${reader}` } });
const leaks = (text: string): string[] => secretsInText(text, SECRETS);

/** Head and body of an answer, as whoever gets it sees them. */
async function all(answer: Response): Promise<string> {
  return `${JSON.stringify([...answer.headers].map(([name, value]) => [name, decodeURIComponent(value)]))}\n${await answer.text()}`;
}

function drop(name: string, bytes: Uint8Array | string): void {
  const folder = path.join(platform.dataDir, 'buckets/incoming/demo');
  const aside = path.join(platform.dataDir, 'aside.part');
  mkdirSync(folder, { recursive: true });
  writeFileSync(aside, bytes);
  renameSync(aside, path.join(folder, name));
}

async function upload(name: string, bytes: Uint8Array | string): Promise<{ id: string; reused: boolean }> {
  const { taken, problem } = await send(platform, name, bytes, { fields: { metadata: JSON.stringify(PLAIN) } });
  if (taken === null) throw new Error(`refused: ${problem?.code}`);
  await ended(platform, taken.document.id, LONG);
  return { id: taken.document.id, reused: taken.reused };
}

beforeAll(async () => {
  platform = await startLocalPlatform({ RECTO_ALLOW_PRIVATE_WEBHOOKS: '1', RECTO_LOG_LEVEL: 'debug' });
  receiver = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    req.on('end', () => {
      bodies.push(body);
      res.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  const post = (target: string, body: unknown) =>
    platform.api(target, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  expect((await post('/v1/webhooks', { url: `http://127.0.0.1:${address.port}/` })).status).toBe(201);
  const scopes = ['documents:read', 'search:read', 'runs:read', 'deadletters:read', 'webhooks:manage'];
  reader = z
    .object({ key: z.string() })
    .parse(await (await post('/v1/api-keys', { name: 'reader', scopes })).json()).key;

  const letter = await textPdf([`Dear ${PERSON}\nYour berth at the harbour is paid for`]);
  ids.push((await upload('OttolineQuennell_passport-L01X00T47.pdf', letter)).id);
  // The same bytes under names of their own: nothing of them is redacted again.
  const again = await upload(`quennell ${MAILBOX}_copy.pdf`, letter);
  expect(again.reused).toBe(true);
  ids.push(again.id);
  // Stopped before anything was read: no document to know values by.
  const stopped = await send(platform, 'SSN_536-90-4399_Ottoline_Quennell.pdf', await textPdf(['Nobody reads this']), {
    fields: { metadata: JSON.stringify(PLAIN) },
  });
  expect((await platform.api(`/v1/runs/${stopped.taken?.run.id}/cancel`, { method: 'POST' })).status).toBe(202);
  ids.push(stopped.taken?.document.id ?? '');
  drop('Ottoline-Quennell_4111111111111111.pdf', await textPdf([`${PERSON} leaves the harbour in June`]));
  // Refused when it is looked at.
  drop('Quennell_Ottoline.bin', Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]));
  const known = await eventually(
    () => listDocuments(platform),
    (found) => found.length >= 5 && found.every(({ status }) => !['uploading', 'processing'].includes(status)),
    LONG,
  );
  for (const { id } of known) if (!ids.includes(id)) ids.push(id);
  await eventually(
    async () => bodies.length,
    (count) => count >= 4,
    LONG,
  );
}, 3 * LONG);
afterAll(async () => {
  receiver?.close();
  await platform?.dispose();
});

it('their owner sees them as they were sent', async () => {
  const seen = (await listDocuments(platform)).map(({ filename }) => filename).sort();
  expect(seen).toContain('OttolineQuennell_passport-L01X00T47.pdf');
  expect(leaks(seen.join('\n')).length).toBeGreaterThanOrEqual(5);
});

it('who may not see originals is told none of them, and still what is no secret', async () => {
  for (const target of ['/v1/documents', ...ids.map((id) => `/v1/documents/${id}`)])
    expect(leaks(await all(await asReader(target))), target).toEqual([]);
  expect(await all(await asReader(`/v1/documents/${ids[0]}`))).toMatch(/PERSON_passport.*harbour office/s);
});

it('webhooks tell none of them, of documents that failed and of reused results either', async () => {
  expect(bodies.filter((body) => body.includes('document.failed')).length).toBeGreaterThanOrEqual(1);
  for (const body of bodies) expect(leaks(body), body).toEqual([]);
  const deliveries = await all(await asReader('/v1/webhooks'));
  expect(leaks(deliveries)).toEqual([]);
});

it('search has none of them: neither words to find nor names to show', async () => {
  const search = async (query: string) => asReader(`/v1/search?q=${encodeURIComponent(query)}`);
  const found = await eventually(
    async () => all(await search('harbour')),
    (text) => text.includes('"total":3'),
    LONG,
  );
  expect(leaks(found)).toEqual([]);
  for (const secret of SECRETS) {
    const answer = await platform.api(`/v1/search?q=${encodeURIComponent(secret)}`);
    expect(z.object({ total: z.number() }).parse(await answer.json()).total, secret).toBe(0);
  }
  expect(leaks(await all(await platform.api('/v1/search?q=harbour')))).not.toEqual([]);
});

it('redacted exports and artifacts carry none of them, in the file or in the name that it is saved under', async () => {
  const [sent = '', reused = ''] = ids;
  for (const id of [sent, reused])
    for (const target of [
      ...['json', 'xml', 'csv', 'html', 'md'].map((format) => `export?content=redacted&format=${format}`),
      ...['export?audience=public', 'artifacts/redacted.txt', 'artifacts/redacted.json', 'artifacts/redacted.pdf'],
    ])
      for (const call of [platform.api, asReader]) {
        const answer = await call(`/v1/documents/${id}/${target}`);
        expect(answer.status, target).toBe(200);
        expect(leaks(await all(answer)), target).toEqual([]);
      }
  expect(leaks(await all(await platform.api(`/v1/documents/${sent}/artifacts/entities.json`))).length).toBeGreaterThan(
    0,
  );
});

it('runs, dead letters, metrics and logs say none of them', async () => {
  for (const target of ['/v1/runs', '/v1/dead-letters'])
    expect(leaks(await all(await asReader(target))), target).toEqual([]);
  expect(leaks(await all(await platform.api('/metrics')))).toEqual([]);
  expect(leaks(platform.output())).toEqual([]);
});
