import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import type { Delivery, Mailbox } from '#shared/ports/mailbox.ts';

export interface MailboxFixture {
  /** As in production, its names resolved by `resolve`. */
  strict(resolve: (hostname: string) => Promise<readonly string[]>): Mailbox;
  /** Lets private addresses through, so that a receiver on this machine can be reached. */
  lenient(resolve?: (hostname: string) => Promise<readonly string[]>): Mailbox;
}

export async function receiver(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const requests: { method: string; url: string; host: string; body: string; headers: IncomingMessage['headers'] }[] =
    [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      requests.push({ method, url, host: headers.host ?? '', body, headers });
      handle(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, url: `http://127.0.0.1:${port}`, requests };
}

const delivery = (url: string, over: Partial<Delivery> = {}): Delivery => ({
  url,
  headers: { 'content-type': 'application/json', 'webhook-id': 'msg_1' },
  body: '{"type":"test"}',
  timeoutMs: 5_000,
  ...over,
});
const refused = expect.objectContaining({ code: 'url_not_allowed', class: 'permanent' });
const undelivered = expect.objectContaining({ code: 'delivery_failed', class: 'transient' });

export function mailboxContract(setup: () => MailboxFixture): void {
  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://metadata.google.internal/computeMetadata/v1/',
    'http://METADATA.google.internal./',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://2130706433/',
    'http://127.1/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://[::1]:8080/',
    'http://localhost/',
    'http://anything.localhost:1234/',
    'https://127.0.0.1.nip.io/',
    'https://10.0.0.1/',
    'https://[fd00:ec2::254]/',
    'gopher://example.com/',
    'file:///etc/passwd',
    'ftp://example.com/',
    'javascript:alert(1)',
    'https://user:password@example.com/',
    'https://user@example.com/',
    'not a url',
    '',
    `https://example.com/${'x'.repeat(3_000)}`,
  ])('refuses %s, when it is given and when it is delivered to', async (url) => {
    const mailbox = setup().strict(async (name) => (name.endsWith('nip.io') ? ['127.0.0.1'] : ['93.184.215.14']));
    await expect(mailbox.check(url)).rejects.toEqual(refused);
    await expect(mailbox.deliver(delivery(url))).rejects.toEqual(refused);
  });

  it('takes a public host', async () => {
    await setup()
      .strict(async () => ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])
      .check('https://example.com:8443/hook?x=1');
  });

  it('refuses a host of which one address is private', async () => {
    const mailbox = setup().strict(async () => ['93.184.215.14', '127.0.0.1']);
    await expect(mailbox.deliver(delivery('http://example.com/'))).rejects.toEqual(refused);
  });

  it('refuses a host that turns private after it was checked', async () => {
    const answers = [['93.184.215.14'], ['169.254.169.254']];
    const mailbox = setup().strict(async () => answers.shift() ?? []);
    await mailbox.check('http://rebind.example.com/');
    await expect(mailbox.deliver(delivery('http://rebind.example.com/'))).rejects.toEqual(refused);
  });

  it('resolves once and connects to that answer alone', async () => {
    const { port, requests } = await receiver((_request, response) => response.end('ok'));
    let asked = 0;
    // A second look would lead to an address where nobody listens.
    const mailbox = setup().lenient(async () => (asked++ === 0 ? ['127.0.0.1'] : ['127.0.0.99']));
    const result = await mailbox.deliver(delivery(`http://rebind.example.com:${port}/hook`));
    expect(result).toMatchObject({ status: 200, bodyStart: 'ok' });
    expect(asked).toBe(1);
    expect(requests).toMatchObject([{ host: `rebind.example.com:${port}`, url: '/hook' }]);
  });

  it('posts the body with its headers', async () => {
    const { url, requests } = await receiver((_request, response) => response.writeHead(201).end('{"ok":true}'));
    const result = await setup()
      .lenient()
      .deliver(delivery(`${url}/a?b=c`, { body: '{"ä":1}' }));
    expect(result).toMatchObject({ status: 201, bodyStart: '{"ok":true}', retryAfter: null });
    expect(requests).toMatchObject([
      { method: 'POST', url: '/a?b=c', body: '{"ä":1}', headers: { 'webhook-id': 'msg_1' } },
    ]);
  });

  it('does not follow a redirect', async () => {
    const { url, requests } = await receiver((_request, response) =>
      response.writeHead(302, { location: '/metadata' }).end(),
    );
    expect(
      (
        await setup()
          .lenient()
          .deliver(delivery(`${url}/`))
      ).status,
    ).toBe(302);
    expect(requests).toHaveLength(1);
  });

  it('resolves with any status and says how long to wait', async () => {
    const { url } = await receiver((_request, response) =>
      response.writeHead(503, { 'retry-after': '17' }).end('busy'),
    );
    expect(await setup().lenient().deliver(delivery(url))).toMatchObject({
      status: 503,
      bodyStart: 'busy',
      retryAfter: 17,
    });
  });

  it('reads the start of an endless answer only', async () => {
    const { url } = await receiver((_request, response) => {
      response.writeHead(200);
      const pump = (): void => {
        while (!response.destroyed && response.write('x'.repeat(16_384)));
      };
      response.on('drain', pump);
      pump();
    });
    expect((await setup().lenient().deliver(delivery(url))).bodyStart).toBe('x'.repeat(1_024));
  });

  it('gives up on a receiver that never answers, or never ends its answer', async () => {
    const silent = await receiver(() => undefined);
    await expect(
      setup()
        .lenient()
        .deliver(delivery(silent.url, { timeoutMs: 200 })),
    ).rejects.toEqual(undelivered);
    const endless = await receiver((_request, response) => response.writeHead(200).write('a'));
    await expect(
      setup()
        .lenient()
        .deliver(delivery(endless.url, { timeoutMs: 200 })),
    ).rejects.toEqual(undelivered);
  });

  it('gives up on a resolver that never answers', async () => {
    const mailbox = setup().strict(() => new Promise(() => undefined));
    await expect(mailbox.deliver(delivery('http://example.com/', { timeoutMs: 200 }))).rejects.toEqual(undelivered);
  });

  it('reports a closed port and a name that does not exist as failed deliveries', async () => {
    const mailbox = setup().lenient(async () => {
      throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    });
    await expect(mailbox.deliver(delivery('http://gone.example.com/'))).rejects.toEqual(undelivered);
    await expect(mailbox.check('http://gone.example.com/')).rejects.toEqual(refused);
    await expect(mailbox.deliver(delivery('http://127.0.0.1:1/'))).rejects.toEqual(undelivered);
  });

  it('stops when the caller aborts, with the caller’s reason', async () => {
    const { url } = await receiver(() => undefined);
    const controller = new AbortController();
    const delivering = setup().lenient().deliver(delivery(url), controller.signal);
    controller.abort(new Error('shutting down'));
    await expect(delivering).rejects.toThrow('shutting down');
  });

  it('refuses a header that would split the request', async () => {
    const { url, requests } = await receiver((_request, response) => response.end());
    const split = delivery(url, { headers: { 'x-a': 'b\r\nx-injected: 1' } });
    await expect(setup().lenient().deliver(split)).rejects.toEqual(
      expect.objectContaining({ code: 'invalid_request' }),
    );
    expect(requests).toHaveLength(0);
  });
}
