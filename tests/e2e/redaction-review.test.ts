import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { textPdf } from '../corpus/pdf-files.ts';
import { ended, sendOk } from '../support/documents-client.ts';
import { type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';

const LONG = 120_000;
const reportSchema = z.object({
  entities: z.array(
    z.object({ type: z.string(), page: z.number(), start: z.number(), end: z.number(), boxes: z.array(z.unknown()) }),
  ),
  outputs: z.array(z.object({ name: z.string(), sha256: z.string() })),
  pages: z.array(z.object({ number: z.number(), as: z.string() })),
  verification: z.object({ pages: z.number(), looked: z.number(), rounds: z.number() }),
  review: z.object({ types: z.array(z.string()), done: z.boolean() }),
});

let platform: LocalPlatform;
let reader: string;

const call = async (
  target: string,
  { method = 'GET', body, key }: { method?: string; body?: unknown; key?: string } = {},
) => {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (key !== undefined) headers.authorization = `Bearer ${key}`;
  return platform.api(target, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
};
const json = async (answer: Response): Promise<ReturnType<typeof JSON.parse>> => answer.json();

beforeAll(async () => {
  platform = await startLocalPlatform();
  const made = await json(
    await call('/v1/api-keys', { method: 'POST', body: { name: 'reader', scopes: ['documents:read', 'search:read'] } }),
  );
  reader = made.key;
  const policy = await json(
    await call('/v1/policies', {
      method: 'POST',
      body: {
        name: 'Reviewed',
        rules: [{ entities: ['EMAIL_ADDRESS'], operator: { operator: 'pseudonymize' }, review: true }],
      },
    }),
  );
  expect((await call('/v1/tenant', { method: 'PATCH', body: { policyId: policy.id } })).status).toBe(200);
}, LONG);
afterAll(() => platform.dispose());

it('is handed out only when a person has looked at it, and goes by what that person decides', {
  timeout: LONG,
}, async () => {
  const pdf = await textPdf([
    'Write to office@harbour.example or to quill@harbour.example\nThe berth fee is due in March',
  ]);
  const id = await sendOk(platform, 'letter.pdf', pdf);
  expect((await ended(platform, id, LONG)).status).toBe('ready');
  const text = async (key?: string) =>
    call(`/v1/documents/${id}/artifacts/redacted.txt`, key === undefined ? {} : { key });

  for (const target of ['artifacts/redacted.txt', 'artifacts/redacted.pdf', 'export?format=json']) {
    const refused = await call(`/v1/documents/${id}/${target}`, { key: reader });
    expect([refused.status, (await json(refused)).code], target).toEqual([409, 'review_required']);
  }
  expect((await json(await call('/v1/search?q=berth', { key: reader }))).items).toEqual([]);

  const report = reportSchema.parse(await json(await call(`/v1/documents/${id}/redaction`)));
  expect(report.review).toEqual({ types: ['EMAIL_ADDRESS'], done: false });
  expect(report.outputs.map(({ name }) => name).sort()).toEqual(['redacted.json', 'redacted.pdf', 'redacted.txt']);
  expect(report.pages).toEqual([{ number: 1, as: 'drawing' }]);
  expect(report.verification).toEqual({ pages: 1, looked: 0, rounds: 1 });
  expect(JSON.stringify(report)).not.toMatch(/quill|office@/);
  const mails = report.entities.filter(({ type }) => type === 'EMAIL_ADDRESS');
  expect(mails).toHaveLength(2);
  expect(mails.every(({ boxes }) => boxes.length === 1)).toBe(true);

  const [office] = mails;
  const decided = await call(`/v1/documents/${id}/redaction/review`, {
    method: 'POST',
    body: { reject: [{ page: 1, start: office?.start, end: office?.end }], accept: true },
  });
  expect(decided.status).toBe(202);
  expect((await ended(platform, id, LONG)).status).toBe('ready');

  const shown = await text(reader);
  expect(shown.status).toBe(200);
  const redacted = await shown.text();
  expect(redacted).toContain('office@harbour.example');
  expect(redacted).not.toContain('quill');
  expect((await json(await call('/v1/search?q=berth', { key: reader }))).items).toHaveLength(1);

  const pseudonym = /EMAIL_ADDRESS_1_[a-z0-9]+/.exec(redacted)?.[0] ?? '';
  const back = await call('/v1/pseudonyms/reveal', { method: 'POST', body: { text: `mail ${pseudonym}` } });
  expect(await json(back)).toEqual({ text: 'mail quill@harbour.example' });
  expect((await call('/v1/pseudonyms/reveal', { method: 'POST', body: { text: pseudonym }, key: reader })).status).toBe(
    403,
  );
});

it('refuses decisions about finds that the report does not have', { timeout: LONG }, async () => {
  const id = await sendOk(platform, 'other.pdf', await textPdf(['Write to clerk@harbour.example']));
  await ended(platform, id, LONG);
  const answer = await call(`/v1/documents/${id}/redaction/review`, {
    method: 'POST',
    body: { reject: [{ page: 1, start: 0, end: 3 }], accept: true },
  });
  expect([answer.status, (await json(answer)).code]).toEqual([400, 'invalid_request']);
  expect(
    (await call(`/v1/documents/${id}/redaction/review`, { method: 'POST', body: { accept: true }, key: reader }))
      .status,
  ).toBe(403);
});
