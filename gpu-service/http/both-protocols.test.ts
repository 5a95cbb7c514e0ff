import { createServer, type Server } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import { type AddressInfo, connect as connectTcp, createServer as createTcp } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { takeBothProtocols } from './both-protocols.ts';

/** Answers which protocol a request came in and how many bytes it had; `hold` is waited for before it reads any. */
async function listening(hold: Promise<void> = Promise.resolve()) {
  let arrived = 0;
  const server: Server = createServer(async (request, response) => {
    arrived++;
    await hold;
    let size = 0;
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) size += chunk.length;
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.end(`${request.httpVersion} ${request.method} ${request.url} ${size}`);
  });
  const letGo = takeBothProtocols(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}`, letGo, arrived: () => arrived };
}
function session(url: string): ClientHttp2Session {
  // What is queued to be sent counts.
  const made = connect(url, { maxSessionMemory: 200 });
  onTestFinished(() => made.destroy());
  return made;
}
const post = (client: ClientHttp2Session, path: string, body: Uint8Array): Promise<string> => {
  const stream = client.request({ ':method': 'POST', ':path': path });
  stream.end(body);
  return text(stream);
};

test('both protocols are answered on one port, whichever way their first bytes come', async () => {
  const { url, port } = await listening();
  expect(await (await fetch(`${url}/a`, { method: 'PUT', body: 'abc' })).text()).toBe('1.1 PUT /a 3');
  expect(await post(session(url), '/b', Buffer.from('abcd'))).toBe('2.0 POST /b 4');
  const slow = connectTcp(port, '127.0.0.1').setNoDelay();
  for (const part of [
    'P',
    'O',
    'ST /c HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-len',
    'gth: 2\r\n\r\n',
    'ab',
  ])
    await new Promise<void>((resolve) => slow.write(part, () => setImmediate(resolve)));
  expect(await text(slow)).toMatch(/^HTTP\/1\.1 200 [\s\S]*1\.1 POST \/c 2/);
});

/** Passes a connection on, and counts the bytes that its far end has taken. */
async function counting(port: number) {
  let taken = 0;
  const server = createTcp((from) => {
    const to = connectTcp(port, '127.0.0.1');
    from.on('data', (chunk) => {
      taken += chunk.length;
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => from.resume());
    to.pipe(from);
    for (const socket of [from, to]) socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, taken: () => taken };
}

test('many large requests on one connection arrive whole, also when nothing is read of them for a while; then little is held', async () => {
  const read = Promise.withResolvers<void>();
  const { port, arrived } = await listening(read.promise);
  const { url, taken } = await counting(port);
  const client = session(url);
  const bodies = Array.from({ length: 20 }, (_, i) => new Uint8Array(6_000_000 + i));
  const answers = Promise.all(bodies.map((body, i) => post(client, `/${i}`, body)));
  await expect.poll(arrived, { timeout: 10_000 }).toBe(20);
  // Until the windows are full of what nobody has read.
  await expect.poll(taken, { timeout: 10_000 }).toBeGreaterThanOrEqual(20 * 2 ** 20);
  const late = post(client, '/late', Buffer.from('x'));
  await expect.poll(arrived, { timeout: 10_000 }).toBe(21);
  expect(taken()).toBeLessThan(21 * 2 ** 20);
  read.resolve();
  expect(await late).toBe('2.0 POST /late 1');
  expect(await answers).toEqual(bodies.map((body, i) => `2.0 POST /${i} ${body.length}`));
});

test('who is let go gets the answers that are under way, and the connection ends', async () => {
  const read = Promise.withResolvers<void>();
  const { url, letGo, arrived } = await listening(read.promise);
  const client = session(url);
  const ended = new Promise<void>((resolve) => client.once('close', resolve));
  const answer = post(client, '/last', Buffer.from('x'));
  await expect.poll(arrived, { timeout: 10_000 }).toBe(1);
  letGo();
  read.resolve();
  expect(await answer).toBe('2.0 POST /last 1');
  await ended;
});

test('a connection that breaks before it says what it speaks harms nobody', async () => {
  const { url, port } = await listening();
  for (const start of ['', 'P', 'PRI * HT']) {
    const broken = connectTcp(port, '127.0.0.1');
    await new Promise<void>((resolve) => broken.once('connect', resolve));
    if (start !== '') await new Promise<void>((resolve) => broken.write(start, () => resolve()));
    broken.resetAndDestroy();
  }
  expect(await (await fetch(`${url}/still`)).text()).toBe('1.1 GET /still 0');
});
