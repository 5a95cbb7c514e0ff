import { createVerify, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Answer } from '#tests/support/google-services.ts';
import { applicationDefaultIdentity, metadataIdentity } from './google-auth.ts';

const jwt = (claims: object): string =>
  ['e30', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'signature'].join('.');

async function metadata(handle: (path: string) => Answer & { text?: string }) {
  const { createServer } = await import('node:http');
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const own = (request.url ?? '').replace('/computeMetadata/v1/instance/service-accounts/default/', '');
    asked.push(own);
    const { status, json, text } = handle(own);
    response.writeHead(request.headers['metadata-flavor'] === 'Google' ? status : 403);
    response.end(text ?? JSON.stringify(json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return { asked, origin, close: () => server.close() };
}

describe('the metadata server', () => {
  test('is asked once for a token, again shortly before it expires, and by many at once only once', async () => {
    let now = 1_000_000;
    let serial = 0;
    const server = await metadata(() => ({ status: 200, json: { access_token: `t${++serial}`, expires_in: 3600 } }));
    const identity = metadataIdentity(server.origin, () => now);
    const all = await Promise.all([identity.authorize(), identity.authorize()]);
    expect(all).toEqual([{ authorization: 'Bearer t1' }, { authorization: 'Bearer t1' }]);
    now += 54 * 60_000;
    expect(await identity.authorize()).toEqual({ authorization: 'Bearer t1' });
    now += 2 * 60_000;
    expect(await identity.authorize()).toEqual({ authorization: 'Bearer t2' });
    expect(server.asked).toHaveLength(2);
    server.close();
  });

  test('keeps a token for its last minutes when no new one comes, and then says why', async () => {
    let now = 1_000_000;
    let down = false;
    const server = await metadata(() =>
      down ? { status: 503, json: {} } : { status: 200, json: { access_token: 'old', expires_in: 3600 } },
    );
    const identity = metadataIdentity(server.origin, () => now);
    await identity.authorize();
    down = true;
    now += 57 * 60_000;
    expect(await identity.authorize()).toEqual({ authorization: 'Bearer old' });
    now += 4 * 60_000;
    await expect(identity.authorize()).rejects.toMatchObject({ status: 'UNAVAILABLE' });
    server.close();
  });

  test('gives an identity token for each audience, and the account', async () => {
    const now = Date.now();
    const server = await metadata((own) => {
      if (own === 'email') return { status: 200, text: 'fn@p.iam.gserviceaccount.com' };
      const audience = new URLSearchParams(own.split('?')[1]).get('audience');
      return { status: 200, text: jwt({ aud: audience, exp: now / 1000 + 3600 }) };
    });
    const identity = metadataIdentity(server.origin, () => now);
    const one = identity.authorizeFor('https://converter.run.app');
    const token = (await one()).authorization?.split('.')[1] ?? '';
    expect(JSON.parse(Buffer.from(token, 'base64url').toString()).aud).toBe('https://converter.run.app');
    await one();
    await identity.authorizeFor('https://converter.run.app')();
    await identity.authorizeFor('https://ocr.run.app')();
    expect(server.asked).toHaveLength(2);
    expect(await identity.email()).toBe('fn@p.iam.gserviceaccount.com');
    server.close();
  });
});

describe('credentials off Google’s machines', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'recto-adc-'));
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  beforeEach(() => vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', path.join(folder, 'key.json')));
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => rmSync(folder, { recursive: true }));

  test('of a key file name the account and sign links without asking anybody', async () => {
    const key = {
      type: 'service_account',
      project_id: 'p',
      private_key_id: 'k',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      client_email: 'me@p.iam.gserviceaccount.com',
      client_id: '1',
    };
    writeFileSync(path.join(folder, 'key.json'), JSON.stringify(key));
    const identity = await applicationDefaultIdentity();
    expect(await identity.email()).toBe(key.client_email);
    const signature = await identity.sign(Buffer.from('data'));
    expect(
      createVerify('RSA-SHA256')
        .update('data')
        .verify(publicKey, signature ?? new Uint8Array()),
    ).toBe(true);
  });

  test('that cannot be read say how to get some', async () => {
    writeFileSync(path.join(folder, 'key.json'), 'no JSON');
    await expect(applicationDefaultIdentity()).rejects.toMatchObject({ code: 'not_configured' });
  });
});
