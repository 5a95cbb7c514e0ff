import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuth } from './auth.ts';

const AUDIENCE = 'https://ocr.example.run.app';
const ACCOUNT = 'steps@project.iam.gserviceaccount.com';
const config = {
  kind: 'google',
  audience: AUDIENCE,
  accounts: [ACCOUNT],
  issuers: ['https://accounts.google.com'],
} as const;

let keys: Server;
let asked = 0;
let jwksUrl: string;
type PrivateKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
let signing: PrivateKey;
let foreign: PrivateKey;
beforeAll(async () => {
  const pair = await generateKeyPair('RS256');
  signing = pair.privateKey;
  foreign = (await generateKeyPair('RS256')).privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  // As Google does, in the days when keys change.
  const other = {
    ...(await exportJWK((await generateKeyPair('RS256')).publicKey)),
    kid: 'two',
    alg: 'RS256',
    use: 'sig',
  };
  keys = createServer((_, response) => {
    asked++;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk, other] }));
  });
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
  jwksUrl = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/certs`;
});
afterAll(() => void keys.close());

interface Making {
  key?: PrivateKey;
  /** Null: it names no key. */
  kid?: string | null;
  claims?: Record<string, unknown>;
  issuer?: string;
  audience?: string;
  expires?: string;
}
async function bearer(making: Making = {}): Promise<string> {
  const token = await new SignJWT({ email: ACCOUNT, email_verified: true, ...making.claims })
    .setProtectedHeader({ alg: 'RS256', ...(making.kid === null ? {} : { kid: making.kid ?? 'one' }) })
    .setIssuer(making.issuer ?? 'https://accounts.google.com')
    .setAudience(making.audience ?? AUDIENCE)
    .setSubject('1234')
    .setIssuedAt()
    .setExpirationTime(making.expires ?? '1h')
    .sign(making.key ?? signing);
  return `Bearer ${token}`;
}

describe('identity tokens', () => {
  it('of an account that may call let it in; the keys are fetched once', async () => {
    const auth = createAuth({ ...config, jwksUrl });
    for (let i = 0; i < 3; i++) await auth(await bearer());
    expect(asked).toBe(1);
  });

  it('that were signed by another, for another, elsewhere or too long ago do not', async () => {
    const auth = createAuth({ ...config, jwksUrl });
    const wrong: Making[] = [
      { key: foreign },
      { audience: 'https://other.example' },
      { issuer: 'https://login.example' },
      { expires: '-5m' },
      { kid: 'unknown' },
      { kid: null },
    ];
    for (const making of wrong)
      await expect(auth(await bearer(making))).rejects.toMatchObject({ code: 'unauthenticated' });
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`;
    for (const header of [undefined, '', 'Basic abc', 'Bearer a.b.c', `Bearer ${unsigned}`])
      await expect(auth(header)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('of another account, or one whose address is not verified, are known but may not call', async () => {
    const auth = createAuth({ ...config, jwksUrl });
    for (const claims of [{ email: 'other@project.iam.gserviceaccount.com' }, { email_verified: false }])
      await expect(auth(await bearer({ claims }))).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('cannot be judged while the keys cannot be had: that is not the caller’s fault', async () => {
    const auth = createAuth({ ...config, jwksUrl: 'http://127.0.0.1:9/certs' });
    await expect(auth(await bearer())).rejects.toMatchObject({ code: 'dependency_unavailable' });
  });
});

describe('a shared token', () => {
  it('lets in who knows it', async () => {
    const auth = createAuth({ kind: 'token', token: 'a-token-of-some-length' });
    await auth('Bearer a-token-of-some-length');
    for (const header of ['Bearer a-token-of-some-lengt', 'Bearer other', undefined])
      await expect(auth(header)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('is not asked for where none is set', async () => {
    await expect(createAuth({ kind: 'none' })(undefined)).resolves.toBeUndefined();
  });
});
