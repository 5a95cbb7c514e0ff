import { createHash, createPublicKey, createVerify, generateKeyPairSync, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { signUrlV4 } from './signed-url.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const signer = {
  email: async () => 'me@p.iam.gserviceaccount.com',
  sign: async (data: Uint8Array) => sign('RSA-SHA256', data, privateKey),
};

/** As Cloud Storage checks it: everything from the request itself. */
function accepted(method: string, url: URL, headers: Record<string, string>): boolean {
  const query = [...url.search.slice(1).split('&')].filter((pair) => !pair.startsWith('X-Goog-Signature=')).sort();
  const names = (url.searchParams.get('X-Goog-SignedHeaders') ?? '').split(';');
  const sent: Record<string, string> = { ...headers, host: url.host };
  const canonical = [
    method,
    url.pathname,
    query.join('&'),
    ...names.map((name) => `${name}:${sent[name] ?? ''}`),
    '',
    names.join(';'),
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const stamp = url.searchParams.get('X-Goog-Date') ?? '';
  const scope = (url.searchParams.get('X-Goog-Credential') ?? '').split('/').slice(1).join('/');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const text = ['GOOG4-RSA-SHA256', stamp, scope, digest].join('\n');
  const signature = Buffer.from(url.searchParams.get('X-Goog-Signature') ?? '', 'hex');
  return createVerify('RSA-SHA256')
    .update(text)
    .verify(createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })), signature);
}

const base = {
  origin: 'https://storage.googleapis.com',
  bucket: 'b',
  name: "acme/doc 1/größe (1)!'*.pdf",
  now: Date.UTC(2026, 0, 2, 3, 4, 5),
  expiresInSeconds: 900,
};

test('a link to upload holds for its object, type and size alone', async () => {
  const headers = { 'content-type': 'application/pdf', 'x-goog-content-length-range': '0,1000' };
  const url = new URL(await signUrlV4(signer, { ...base, method: 'PUT', headers }));
  expect(url.searchParams.get('X-Goog-Date')).toBe('20260102T030405Z');
  expect(url.searchParams.get('X-Goog-Expires')).toBe('900');
  expect(url.searchParams.get('X-Goog-SignedHeaders')).toBe('content-type;host;x-goog-content-length-range');
  expect(decodeURIComponent(url.pathname)).toBe(`/b/${base.name}`);
  expect(accepted('PUT', url, headers)).toBe(true);
  expect(accepted('GET', url, headers)).toBe(false);
  expect(accepted('PUT', url, { ...headers, 'x-goog-content-length-range': '0,9999' })).toBe(false);
  const other = new URL(url.href.replace('doc%201', 'doc%202'));
  expect(accepted('PUT', other, headers)).toBe(false);
});

test('a link to download may name the file', async () => {
  const query = { 'response-content-disposition': `attachment; filename="a b.pdf"; filename*=UTF-8''a%20b.pdf` };
  const url = new URL(await signUrlV4(signer, { ...base, method: 'GET', headers: {}, query }));
  expect(url.searchParams.get('response-content-disposition')).toBe(query['response-content-disposition']);
  expect(accepted('GET', url, {})).toBe(true);
});
