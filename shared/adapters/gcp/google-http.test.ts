import { describe, expect, test } from 'vitest';
import type { Answer } from '#tests/support/google-services.ts';
import { jsonServer } from '#tests/support/json-server.ts';
import { coded, errorFromAnswer, type GoogleApiError, toCoded } from './google-errors.ts';
import { backoffMs, createGoogleApi } from './google-http.ts';

const error = (code: number, status: string): Answer => ({
  status: code,
  json: { error: { code, status, message: `it is ${status}` } },
});
const apiOf = (waits: number[] = []) =>
  createGoogleApi({
    service: 'Some API',
    authorize: async () => ({ authorization: 'Bearer token' }),
    sleep: async (ms) => void waits.push(ms),
    random: () => 1,
  });

describe('a request to Google', () => {
  test('is repeated while the failure is of the moment, after longer and longer waits', async () => {
    const answers = [
      error(503, 'UNAVAILABLE'),
      error(429, 'RESOURCE_EXHAUSTED'),
      { status: 200, json: { fine: true } },
    ];
    const { origin, asked } = await jsonServer(() => answers.shift() ?? error(500, 'INTERNAL'));
    const waits: number[] = [];
    expect(await apiOf(waits).json({ method: 'POST', url: `${origin}/x`, json: { a: 1 } })).toEqual({ fine: true });
    expect(waits).toEqual([100, 200]);
    expect(asked.map(({ json, authorization }) => [json, authorization])).toEqual(
      Array(3).fill([{ a: 1 }, 'Bearer token']),
    );
  });

  test('is given up after five tries, and at once when nothing will change', async () => {
    const { origin, asked } = await jsonServer(({ path }) =>
      path === '/down' ? error(503, 'UNAVAILABLE') : error(403, 'PERMISSION_DENIED'),
    );
    await expect(apiOf().json({ method: 'GET', url: `${origin}/down` })).rejects.toThrow('UNAVAILABLE');
    expect(asked).toHaveLength(5);
    await expect(apiOf().json({ method: 'GET', url: `${origin}/denied` })).rejects.toThrow('PERMISSION_DENIED');
    expect(asked).toHaveLength(6);
  });

  test('tells its caller that an earlier try may have been carried out', async () => {
    const answers = [error(500, 'INTERNAL'), error(409, 'ABORTED'), { status: 200, json: {} }];
    const { origin } = await jsonServer(() => answers.shift() ?? error(500, 'INTERNAL'));
    const ambiguous: boolean[] = [];
    const onRetry = (failed: GoogleApiError) => void ambiguous.push(failed.ambiguous);
    await apiOf().json({ method: 'POST', url: origin, onRetry });
    expect(ambiguous).toEqual([true, false]);
  });

  test('that nobody answers is unavailable, one that takes too long has missed its time, and a caller may stop it', async () => {
    const nobody = apiOf().json({ method: 'GET', url: 'http://127.0.0.1:9', maxTries: 2 });
    await expect(nobody).rejects.toMatchObject({ status: 'UNAVAILABLE' });
    const { createServer } = await import('node:http');
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    const late = apiOf().json({ method: 'GET', url, timeoutMs: 30, maxTries: 1 });
    await expect(late).rejects.toMatchObject({ status: 'DEADLINE_EXCEEDED' });
    const stopped = apiOf().json({ method: 'GET', url, signal: AbortSignal.timeout(20) });
    await expect(stopped).rejects.toMatchObject({ name: 'TimeoutError' });
    silent.closeAllConnections();
    silent.close();
  });
});

test('waits are drawn from nothing up to a cap, and never shorter than the server asks', () => {
  expect(backoffMs(3, () => 0)).toBe(0);
  expect(backoffMs(3, () => 1)).toBe(800);
  expect(backoffMs(30, () => 1)).toBe(5000);
  expect(backoffMs(0, () => 0.5, 7)).toBe(7000);
});

describe('errors of Google', () => {
  test.each([
    [400, 'INVALID_ARGUMENT', 'internal', 'permanent'],
    [401, 'UNAUTHENTICATED', 'not_configured', 'permanent'],
    [403, 'PERMISSION_DENIED', 'not_configured', 'permanent'],
    [404, 'NOT_FOUND', 'not_found', 'permanent'],
    [409, 'ALREADY_EXISTS', 'already_exists', 'permanent'],
    [409, 'ABORTED', 'contention', 'transient'],
    [429, 'RESOURCE_EXHAUSTED', 'overloaded', 'transient'],
    [503, 'UNAVAILABLE', 'dependency_unavailable', 'transient'],
    [504, 'DEADLINE_EXCEEDED', 'dependency_unavailable', 'transient'],
  ] as const)('HTTP %d %s is %s', async (http, status, code, kind) => {
    const body = JSON.stringify({ error: { code: http, status, message: 'why' } });
    const thrown = toCoded(errorFromAnswer('Firestore', http, body, null));
    expect(thrown).toMatchObject({ code, class: kind, cause: expect.objectContaining({ status }) });
    expect(thrown).toHaveProperty('message', expect.stringContaining('Firestore'));
  });

  test('are told by the HTTP status where the body says nothing', () => {
    expect(errorFromAnswer('Cloud Storage', 412, 'no JSON', null).status).toBe('FAILED_PRECONDITION');
    expect(errorFromAnswer('Cloud Storage', 599, '', null).status).toBe('UNKNOWN');
    expect(errorFromAnswer('Firestore', 400, '[{"error":{"status":"ABORTED","message":"m"}}]', null).status).toBe(
      'ABORTED',
    );
  });

  test('of ours pass as they are', async () => {
    await expect(coded(() => Promise.reject(new TypeError('mine')))).rejects.toThrow(TypeError);
  });
});
