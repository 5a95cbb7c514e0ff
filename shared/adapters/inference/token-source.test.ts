import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '#tests/support/fake-upstream.ts';
import { createManualClock } from '#tests/support/manual-clock.ts';
import { accessToken, fileToken, identityToken } from './token-source.ts';

const { signal } = new AbortController();
let server: FakeUpstream;
beforeEach(async () => {
  server = await startFakeUpstream(() => ({ status: 404 }));
});
afterEach(() => server.close());

it('reads a token from its file each time, as secrets are rotated in place', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'recto-token-'));
  const file = path.join(folder, 'token');
  const token = fileToken(file);
  writeFileSync(file, 'first\n');
  expect(await token(signal)).toBe('first');
  writeFileSync(file, 'second');
  expect(await token(signal)).toBe('second');
  rmSync(folder, { recursive: true });
  await expect(token(signal)).rejects.toMatchObject({ code: 'dependency_unavailable' });
});

it('asks the metadata server who it is, and again before that ends', async () => {
  const clock = createManualClock();
  const jwt = (exp: number) => `e30.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.sig`;
  server.reply = () => ({ body: jwt(clock.now() / 1000 + 3600) });
  const token = identityToken('https://ocr.example', { clock, base: server.url });
  const first = await token(signal);
  expect(await token(signal)).toBe(first);
  expect(server.requests).toHaveLength(1);
  expect(server.requests[0]).toMatchObject({
    path: '/computeMetadata/v1/instance/service-accounts/default/identity?audience=https%3A%2F%2Focr.example&format=full',
    headers: { 'metadata-flavor': 'Google' },
  });
  await clock.advance(3_400_000);
  expect(await token(signal)).not.toBe(first);
});

it('gets access tokens for Google from the metadata server, and says so when it cannot', async () => {
  const clock = createManualClock();
  const token = accessToken({ clock, base: server.url });
  await expect(token(signal)).rejects.toMatchObject({ code: 'dependency_unavailable' });
  server.reply = () => ({ body: { access_token: 'ya29', expires_in: 3599, token_type: 'Bearer' } });
  expect(await token(signal)).toBe('ya29');
});

it('shows the token it has while no new one comes, until shortly before that ends', async () => {
  const clock = createManualClock();
  const token = accessToken({ clock, base: server.url });
  server.reply = () => ({ body: { access_token: 'first', expires_in: 3600, token_type: 'Bearer' } });
  await token(signal);
  server.reply = () => ({ status: 503 });
  await clock.advance(3_400_000);
  expect(await token(signal)).toBe('first');
  await clock.advance(180_000);
  await expect(token(signal)).rejects.toMatchObject({ code: 'dependency_unavailable' });
});
