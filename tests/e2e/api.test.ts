import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';

let platform: LocalPlatform;
const MAX = 2 * 2 ** 20;

beforeAll(async () => {
  platform = await startLocalPlatform({ RECTO_MAX_FILE_BYTES: String(MAX) });
}, 60_000);
afterAll(() => platform.dispose());

const form = (bytes: string): FormData => {
  const data = new FormData();
  data.set('file', new File([bytes], 'notes.txt'));
  return data;
};
const json = async (answer: Response) => JSON.parse(await answer.text());

/** What the server answers to bytes that no HTTP client would send. */
function raw(bytes: string): Promise<string> {
  const { hostname, port } = new URL(platform.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
      socket.destroy();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')));
  });
}

describe('the API over a real connection', () => {
  it('takes a document in, tells each step of its run as it happens, and finds its text', async () => {
    const uploaded = await platform.api('/v1/documents', {
      method: 'POST',
      body: form('The zephyr moved the lantern.'),
    });
    expect(uploaded.status).toBe(202);
    const { document, run } = await json(uploaded);
    const events = await (await platform.api(`/v1/runs/${run.id}/events`)).text();
    expect(events).toMatch(/event: run\n/);
    expect(events).toMatch(/event: ended\ndata: .*"status":"succeeded"/);
    const found = await json(await platform.api('/v1/search?q=zephyr%20lantern'));
    expect(found.items[0]).toMatchObject({ documentId: document.id });
    const text = await platform.api(`/v1/documents/${document.id}/artifacts/text`);
    expect(await text.text()).toContain('zephyr');
  }, 90_000);

  it('answers a file beyond the limit while it is still being sent, and keeps nothing of it', async () => {
    const answer = await platform.api('/v1/documents', { method: 'POST', body: form('x'.repeat(MAX + 100_000)) });
    expect(await json(answer)).toMatchObject({ status: 413, code: 'file_too_large' });
    expect((await json(await platform.api('/v1/usage'))).storedBytes).toBeLessThan(MAX);
  });

  it('goes on when a client hangs up in the middle of an upload', async () => {
    const before = await json(await platform.api('/v1/usage'));
    const gone = new AbortController();
    const endless = new ReadableStream<Uint8Array>({
      start: (controller) =>
        controller.enqueue(
          new TextEncoder().encode('--b\r\nContent-Disposition: form-data; name="file"; filename="x.txt"\r\n\r\nhalf'),
        ),
    });
    const init: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      body: endless,
      duplex: 'half',
      signal: gone.signal,
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    };
    const upload = platform.api('/v1/documents', init).catch(() => null);
    setTimeout(() => gone.abort(), 300);
    expect(await upload).toBeNull();
    expect((await platform.api('/healthz')).status).toBe(200);
    expect(await json(await platform.api('/v1/usage'))).toMatchObject({ storedBytes: before.storedBytes });
  });

  it('says what is wrong with a request that cannot even be parsed', async () => {
    const answer = await raw('GET /v1/documents HTTP/1.1\r\nHost: a b\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain('"code":"invalid_request"');
  });

  it('shows metrics to this machine, not to what a proxy passes on', async () => {
    const own = await fetch(`${platform.url}/metrics`);
    expect(own.status).toBe(200);
    expect(await own.text()).toMatch(/recto_http_requests_total\{[^}]*route="\/v1\/documents"/);
    const passedOn = await fetch(`${platform.url}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(passedOn.status).toBe(403);
  });

  it('says it is ready only with every dependency named, and when each last worked', async () => {
    const ready = await eventually(
      async () => json(await platform.api('/readyz')),
      (body) => body.ready === true,
    );
    expect(ready.dependencies.length).toBeGreaterThan(1);
    for (const dependency of ready.dependencies)
      expect(Object.keys(dependency).sort()).toEqual(['lastSuccessAt', 'message', 'name', 'ok', 'required']);
  });

  it('has a reference page that needs nothing but this server and runs no inline script', async () => {
    const page = await fetch(`${platform.url}/docs`);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';/);
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|https?:\/\//);
    const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target = '']) => target);
    expect(assets.length).toBeGreaterThan(3);
    for (const asset of assets) expect((await fetch(new URL(asset, platform.url))).status, asset).toBe(200);
    const document = await json(await fetch(`${platform.url}/openapi.json`));
    expect(document.openapi).toBe('3.1.0');
    expect(document.servers).toEqual([{ url: '/' }]);
  });
});
