import { expect, test } from 'vitest';
import { type SmokeParams, smokeTest } from './smoke.ts';

type Answer = (path: string, method: string, asked: number) => Response | Error;

function params(answer: Answer): SmokeParams & { asked: string[]; said: string[] } {
  const asked: string[] = [];
  const said: string[] = [];
  let now = 0;
  return {
    url: 'https://recto.example.com',
    key: 'rk_x',
    asked,
    said,
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    say: (line) => void said.push(line),
    fetch: async (input, init) => {
      const line = `${init?.method ?? 'GET'} ${String(input).replace('https://recto.example.com', '')}`;
      asked.push(line);
      const count = asked.filter((entry) => entry === line).length;
      const given = answer(line.split(' ')[1] ?? '', init?.method ?? 'GET', count);
      if (given instanceof Error) throw given;
      return given;
    },
  };
}

const working: Answer = (path, method, asked) => {
  if (path === '/v1/documents') return new Response('{"document":{"id":"doc_1"}}', { status: 202 });
  if (path === '/v1/documents/doc_1' && method === 'GET')
    return new Response(`{"status":"${asked < 3 ? 'processing' : 'ready'}"}`);
  return new Response(null, { status: 200 });
};

test('a platform that works reads a document, which is then deleted', async () => {
  const given = params(working);
  await smokeTest(given);
  expect(given.asked.at(-1)).toBe('DELETE /v1/documents/doc_1');
  expect(given.said).toHaveLength(3);
});

test('a certificate that is not there yet is waited for, up to five minutes', async () => {
  const late = params((path, method, asked) =>
    path === '/healthz' && asked < 10 ? new Error('handshake failure') : working(path, method, asked),
  );
  await smokeTest(late);
  const never = params(() => new Error('handshake failure'));
  await expect(smokeTest(never)).rejects.toThrow(/handshake failure.*certificate/);
  expect(never.asked.length).toBeLessThan(150);
});

test('a document that is refused or fails is told with the answer', async () => {
  const refused = params((path, method, asked) =>
    path === '/v1/documents' ? new Response('{"code":"unauthorized"}', { status: 401 }) : working(path, method, asked),
  );
  await expect(smokeTest(refused)).rejects.toThrow(/401.*unauthorized/);
  const failed = params((path, method, asked) =>
    path.endsWith('doc_1') ? new Response('{"status":"failed"}') : working(path, method, asked),
  );
  await expect(smokeTest(failed)).rejects.toThrow(/doc_1 ended as failed/);
});

test('a key never goes over plain HTTP', async () => {
  const given = params(working);
  await expect(smokeTest({ ...given, url: 'http://recto.example.com' })).rejects.toThrow('not HTTPS');
  expect(given.asked).toEqual([]);
});
