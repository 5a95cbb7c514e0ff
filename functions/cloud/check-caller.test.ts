import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ISSUER, startTokenIssuer, type TokenIssuer } from '#tests/support/token-issuer.ts';
import { createCallerCheck } from './check-caller.ts';

const email = 'push-caller@acme-recto.iam.gserviceaccount.com';
const audience = 'https://step-ocr-1.europe-west1.run.app';
const seconds = (fromNow: number): number => Math.floor(Date.now() / 1000) + fromNow;

describe('who calls a function of the platform', () => {
  let issuer: TokenIssuer;
  let stranger: TokenIssuer;
  let check: ReturnType<typeof createCallerCheck>;
  beforeAll(async () => {
    [issuer, stranger] = await Promise.all([startTokenIssuer(), startTokenIssuer()]);
    check = createCallerCheck({
      serviceAccount: email,
      audience,
      keysUrl: issuer.keysUrl,
      issuers: [ISSUER, 'accounts.google.com'],
    });
  });
  afterAll(() => {
    issuer.close();
    stranger.close();
  });
  const claims = { email, audience };
  const refused = (authorization: string | undefined) =>
    expect(check(authorization)).rejects.toMatchObject({ code: 'forbidden', status: 403 });

  test('is let in with a token of the right account, for this function, as often as it calls', async () => {
    const token = await issuer.token(claims);
    await check(`Bearer ${token}`);
    await check(`Bearer ${token}`);
    await check(`Bearer ${await issuer.token(claims, { issuer: 'accounts.google.com' })}`);
  });

  test('is refused without a token, or with something that is none', async () => {
    await refused(undefined);
    await refused('Bearer owner');
    await refused('Basic cmVjdG86cmVjdG8=');
    await refused('Bearer a.b.c');
  });

  test.each([
    ['of another account', { email: 'someone@acme-recto.iam.gserviceaccount.com' }, {}],
    ['whose address was not verified', {}, { emailVerified: false }],
    ['made for another function, replayed here', { audience: 'https://step-redact-1.europe-west1.run.app' }, {}],
    ['of another issuer', {}, { issuer: 'https://accounts.elsewhere.com' }],
    ['that has expired', {}, { expiresAt: seconds(-120) }],
  ])('is refused with a token %s', async (_, given, over) => {
    await refused(`Bearer ${await issuer.token({ ...claims, ...given }, over)}`);
  });

  test('is let in when the clocks differ by a few seconds', async () => {
    await check(`Bearer ${await issuer.token(claims, { expiresAt: seconds(-10) })}`);
  });

  test('is refused with a token that somebody else signed, or that was changed', async () => {
    await refused(`Bearer ${await stranger.token(claims)}`);
    const [head, , signature] = (await issuer.token(claims)).split('.');
    const payload = Buffer.from(
      JSON.stringify({ ...claims, aud: audience, iss: ISSUER, exp: seconds(60), iat: seconds(0) }),
    );
    await refused(`Bearer ${head}.${payload.toString('base64url')}.${signature}`);
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    await refused(`Bearer ${none}.${payload.toString('base64url')}.AA`);
  });

  test('has to come again when the keys cannot be had, and is not taken for a stranger', async () => {
    const lost = createCallerCheck({
      serviceAccount: email,
      audience,
      keysUrl: 'http://127.0.0.1:9/certs',
      issuers: [ISSUER],
    });
    const token = await issuer.token(claims);
    await expect(lost(`Bearer ${token}`)).rejects.toMatchObject({ code: 'dependency_unavailable', class: 'transient' });
  });
});
