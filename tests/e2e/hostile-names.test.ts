import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filesBelow, getDocument, listDocuments, send } from '../support/documents-client.ts';
import { type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';

let platform: LocalPlatform;
let pid: number;
beforeAll(async () => {
  platform = await startLocalPlatform({ RECTO_LOG_LEVEL: 'info' });
  pid = platform.pid;
});
afterAll(() => platform?.dispose());

interface RawAnswer {
  status: number;
  body: string;
}

/** An upload as bytes on the wire: a form's headers can hold what no client library would send. */
function rawUpload(disposition: string | Buffer, content: string): Promise<RawAnswer> {
  const body = Buffer.concat([
    Buffer.from('--edge\r\nContent-Disposition: '),
    Buffer.from(disposition),
    Buffer.from(`\r\nContent-Type: text/plain\r\n\r\n${content}\r\n--edge--\r\n`),
  ]);
  const head = [
    'POST /v1/documents HTTP/1.1',
    `Host: ${new URL(platform.url).host}`,
    `Authorization: Bearer ${platform.apiKey}`,
    'Content-Type: multipart/form-data; boundary=edge',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ].join('\r\n');
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(platform.url).port), '127.0.0.1');
    let answer = '';
    socket.setTimeout(20_000, () => socket.destroy(new Error('no answer')));
    socket.on('data', (data) => {
      answer += data.toString();
    });
    socket.on('error', reject);
    socket.on('close', () =>
      resolve({ status: Number(answer.split(' ')[1]), body: answer.slice(answer.indexOf('\r\n\r\n') + 4) }),
    );
    socket.write(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]));
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what must not be there
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069/\\]/;
const NAMES = [
  '../../../../etc/passwd',
  '..\\..\\windows\\system.ini',
  '/etc/shadow',
  'C:\\boot.ini',
  '.bashrc',
  '...',
  '~root',
  'CON',
  'nul.txt',
  'COM1.pdf',
  'trailing. . .',
  'invoice\u202etxt.exe',
  'zero\u200bwidth\u2060.pdf',
  'bell\u0007and\u001b[31mred.txt',
  `${'n'.repeat(300)}.pdf`,
  `${'é'.repeat(300)}.pdf`,
  '--convert-to',
  '-env:UserInstallation=file:///tmp/elsewhere',
  '<script>alert(1)</script>.html',
  'quote"; filename="other.txt',
  'a;b|c&d$(e)`f`.txt',
  '=cmd|calc!A0.csv',
];

describe('a file name', () => {
  test.each(NAMES)('like %j is made safe, wherever it is shown', async (name) => {
    const { taken } = await send(platform, name, `The content of ${JSON.stringify(name)}.\n`);
    const filename = taken?.document.filename ?? '';
    expect(filename).not.toMatch(UNSAFE);
    expect(filename).not.toMatch(/^(?:[.~-]|(?:con|nul|com1)(?:\.|$))|[. ]$/i);
    expect(Buffer.byteLength(filename)).toBeGreaterThan(0);
    expect(Buffer.byteLength(filename)).toBeLessThanOrEqual(200);
    const answer = await platform.api(`/v1/documents/${taken?.document.id}/artifacts/original`);
    const disposition = answer.headers.get('content-disposition') ?? '';
    expect(disposition).toMatch(/^attachment; filename="[^"\\\r\n]*"(?:; filename\*=UTF-8''[\w!#$&+.^`|~%-]*)?$/);
    await answer.body?.cancel();
  });

  test.each([
    ['a NUL byte', Buffer.from('form-data; name="file"; filename="a\0b.pdf"')],
    ['bytes that are not UTF-8', Buffer.from('form-data; name="file"; filename="caf\xe9\xff.txt"', 'latin1')],
    ['an encoded way up', 'form-data; name="file"; filename*=UTF-8\'\'..%2f..%2fetc%2fpasswd%00.txt'],
    ['an encoded line break', 'form-data; name="file"; filename*=UTF-8\'\'a%0d%0aSet-Cookie:%20b=c.txt'],
    ['a line break', 'form-data; name="file"; filename="a\r\nX-Injected: yes\r\n.txt"'],
    ['two names', 'form-data; name="file"; filename="one.txt"; filename="two.txt"'],
    ['sixty thousand letters', `form-data; name="file"; filename="${'x'.repeat(60_000)}.txt"`],
    ['none', 'form-data; name="file"; filename=""'],
  ])('with %s on the wire is made safe or the form is refused', async (what, disposition) => {
    const { status, body } = await rawUpload(disposition, `Sent with ${what}.`);
    const parsed: { document?: { id: string; filename: string }; code?: string } = JSON.parse(body);
    expect([202, 400]).toContain(status);
    if (status === 400) {
      expect(parsed.code).toBe('invalid_request');
      return;
    }
    expect(parsed.document?.filename).not.toMatch(UNSAFE);
    const answer = await platform.api(`/v1/documents/${parsed.document?.id}/artifacts/original`);
    expect(answer.status).toBe(200);
    for (const header of ['set-cookie', 'x-injected']) expect(answer.headers.get(header)).toBeNull();
    await answer.body?.cancel();
  });

  test('never becomes a path: below the buckets lie only names of ours', async () => {
    const documents = (await listDocuments(platform)).map((each) => each.id);
    const below = filesBelow(platform.dataDir).filter((file) => file.startsWith('buckets/'));
    expect(below.length).toBeGreaterThanOrEqual(documents.length);
    for (const file of below) expect(file).toMatch(/^buckets\/\w+\/(?:\.[\w-]+\/)*demo\/doc_[a-z0-9]{26}\/[\w./-]+$/);
  });
});

describe('what is served back', () => {
  const script = '<!doctype html><html><body><script>alert(document.domain)</script></body></html>';
  const drawing = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(document.domain)</script></svg>';

  test.each([
    ['page.html', script],
    ['page.htm.txt', script],
    ['drawing.txt', `Not a drawing.\n${drawing}`],
  ])('never runs in a browser: %s is an attachment in a sandbox', async (name, content) => {
    const { taken } = await send(platform, name, content);
    const id = taken?.document.id ?? '';
    expect((await getDocument(platform, id)).filename).toBe(name);
    for (const init of [{}, { headers: { accept: 'text/html', range: 'bytes=0-9' } }]) {
      const answer = await platform.api(`/v1/documents/${id}/artifacts/original`, init);
      expect(answer.ok).toBe(true);
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toContain('sandbox');
      await answer.body?.cancel();
    }
  });

  test('a drawing is not taken in at all', async () => {
    const { problem } = await send(platform, 'drawing.svg', drawing);
    expect(problem).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });
});

test('no name, header or path breaks a log line or forges one', async () => {
  const forged = '\r\n{"level":"error","message":"forged"}\u001b[2J\u2028';
  await send(platform, `log${forged}.txt`, 'Look at the log.\n');
  await platform.api(`/v1/documents/${encodeURIComponent(forged)}`, {
    headers: { 'user-agent': 'a\tb {"level":"x"}' },
  });
  await platform.api('/v1/documents', { headers: { 'x-request-id': 'forged"},{"level":"error"' } });
  expect(platform.pid).toBe(pid);
  const lines = platform
    .output()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('Recto is ready'));
  expect(lines.length).toBeGreaterThan(5);
  // What is kept of the output may begin in the middle of a line.
  for (const line of lines.slice(1)) {
    expect(JSON.parse(line)).toMatchObject({
      time: expect.any(String),
      message: expect.not.stringMatching(/^forged$/),
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: no control may reach a terminal
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
  }
});
