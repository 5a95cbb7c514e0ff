const PATIENCE_MS = 300_000;
const PAUSE_MS = 3000;
const REQUEST_MS = 30_000;
const TEXT = 'Invoice number 4711\nDate 2026-01-31\nTotal 12.50 EUR\n';

export interface SmokeParams {
  url: string;
  key: string;
  fetch: typeof fetch;
  sleep: (ms: number) => Promise<void>;
  now: () => number;
  say: (line: string) => void;
}

async function ask(params: SmokeParams, path: string, init: RequestInit = {}): Promise<Response> {
  return params.fetch(`${params.url}${path}`, { ...init, signal: AbortSignal.timeout(REQUEST_MS), redirect: 'error' });
}

/** Asks over HTTPS from outside: it answers, its dependencies work, and a document goes all the way. */
export async function smokeTest(params: SmokeParams): Promise<void> {
  if (!params.url.startsWith('https://')) throw new Error(`${params.url} is not HTTPS; a key does not go there.`);
  await until(params, 'answers', async () => (await ask(params, '/healthz')).ok);
  await until(params, 'is ready', async () => (await ask(params, '/readyz')).ok);
  const headers = { authorization: `Bearer ${params.key}` };
  const form = new FormData();
  form.set('file', new Blob([TEXT], { type: 'text/plain' }), 'smoke-test.txt');
  const sent = await ask(params, '/v1/documents', { method: 'POST', headers, body: form });
  const answer = await sent.text();
  const id = /"id":"(doc_\w+)"/.exec(answer)?.[1];
  if (sent.status !== 202 || id === undefined)
    throw new Error(`The API refused a document with ${sent.status}: ${answer.slice(0, 500)}`);
  await until(params, 'has read a document', async () => {
    const status = /"status":"(ready|partial|failed)"/.exec(
      await (await ask(params, `/v1/documents/${id}`, { headers })).text(),
    )?.[1];
    if (status === 'failed' || status === 'partial')
      throw new Finished(`The document ${id} ended as ${status}. See docs/operations.md, "Documents fail".`);
    return status === 'ready';
  });
  await ask(params, `/v1/documents/${id}`, { method: 'DELETE', headers });
}

/** An answer that waiting would not change. */
class Finished extends Error {}

async function until(params: SmokeParams, what: string, done: () => Promise<boolean>): Promise<void> {
  const deadline = params.now() + PATIENCE_MS;
  let last = 'it answered, but not with success';
  for (;;) {
    try {
      if (await done()) return params.say(`${params.url} ${what}`);
    } catch (error) {
      if (error instanceof Finished) throw error;
      last =
        error instanceof Error
          ? `${error.message} ${error.cause instanceof Error ? error.cause.message : ''}`.trim()
          : String(error);
    }
    if (params.now() >= deadline)
      throw new Error(
        `${params.url}: not seen within five minutes that it ${what}: ${last}. With a new domain the certificate takes up to an hour ` +
          'after its DNS record points at the load balancer; then run deploy again.',
      );
    await params.sleep(PAUSE_MS);
  }
}
