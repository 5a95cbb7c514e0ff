import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createSensitiveDataProtection } from './sensitive-data-protection.ts';

/** Answers as the REST API does, and keeps what it was asked. */
let server: Server | undefined;
const asked: { url: string; authorization: string | undefined; body: Record<string, unknown> }[] = [];
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
  asked.length = 0;
});

async function engineFor(status: number, answer: unknown) {
  const made = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk) => {
      body += chunk;
    });
    req.on('end', () => {
      asked.push({ url: req.url ?? '', authorization: req.headers.authorization, body: JSON.parse(body) });
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  const address = made.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return createSensitiveDataProtection({
    project: 'demo',
    location: 'europe-west3',
    token: async () => 'secret-token',
    base: `http://127.0.0.1:${address.port}`,
  });
}
const finding = (name: string, start: string, end: string, likelihood = 'LIKELY') => ({
  infoType: { name },
  likelihood,
  location: { byteRange: { start: '0', end: '1' }, codepointRange: { start, end } },
});

describe('Google Sensitive Data Protection', () => {
  it('is asked for places without quotes, and its code points become UTF-16 offsets', async () => {
    const engine = await engineFor(200, {
      result: { findings: [finding('PERSON_NAME', '2', '6'), finding('CUSTOM', '7', '8', 'VERY_LIKELY')] },
    });
    const text = '😀 Joan x';
    const [found] = await engine.recognize({ texts: [text] });
    expect(
      found?.map((entity) => [entity.type, text.slice(entity.start, entity.end), entity.score, entity.why]),
    ).toEqual([
      ['PERSON', 'Joan', 0.75, 'PERSON_NAME, likely'],
      ['CUSTOM', 'x', 0.95, 'CUSTOM, very likely'],
    ]);
    expect(asked[0]).toMatchObject({
      url: '/v2/projects/demo/locations/europe-west3/content:inspect',
      authorization: 'Bearer secret-token',
      body: { item: { value: text }, inspectConfig: { includeQuote: false, minLikelihood: 'POSSIBLE' } },
    });
  });

  it('sends nothing for a blank text, and takes an answer without findings', async () => {
    const engine = await engineFor(200, { result: {} });
    expect(await engine.recognize({ texts: [' \n', 'nothing here'] })).toEqual([[], []]);
    expect(asked).toHaveLength(1);
  });

  it.each([
    [403, {}, 'recognizer_unavailable'],
    [429, {}, 'overloaded'],
    [500, {}, 'dependency_unavailable'],
    [200, { result: { findings: [{ odd: true }] } }, 'dependency_unavailable'],
    [200, { result: { findings: [finding('PERSON_NAME', '2', '600')] } }, 'dependency_unavailable'],
    [200, { result: { findings: [], findingsTruncated: true } }, 'limit_exceeded'],
  ])('is never half an answer: HTTP %i %j is %s', async (status, answer, code) => {
    const engine = await engineFor(status, answer);
    await expect(engine.recognize({ texts: ['Joan'] })).rejects.toMatchObject({ code });
  });
});
