import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

export interface UpstreamRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface UpstreamReply {
  status?: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  body?: unknown;
  /** Breaks off after this many bytes. */
  cutAt?: number;
  /** Never answers. */
  hang?: boolean;
}

export interface FakeUpstream {
  url: string;
  requests: UpstreamRequest[];
  /** May be replaced at any time. */
  reply: (request: UpstreamRequest) => UpstreamReply;
  close(): Promise<void>;
}

/** A server of somebody else's on a free port, that answers as it is told. */
export async function startFakeUpstream(reply: FakeUpstream['reply']): Promise<FakeUpstream> {
  const requests: UpstreamRequest[] = [];
  const server = createServer((req, res) => {
    void collect(req).then((body) => {
      const request = { method: req.method ?? '', path: req.url ?? '', headers: req.headers, body };
      requests.push(request);
      const { status = 200, headers = {}, body: answer = '', cutAt, hang } = fake.reply(request);
      if (hang === true) return;
      const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
      res.writeHead(status, {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(text)),
        ...headers,
      });
      if (cutAt === undefined) res.end(text);
      else res.write(text.slice(0, cutAt), () => req.socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const fake: FakeUpstream = {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    reply,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return fake;
}

async function collect(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** What vLLM answers to a chat completion. */
export const chatCompletion = (content: string, finishReason: 'stop' | 'length' = 'stop') => ({
  id: 'chatcmpl-6d2f',
  object: 'chat.completion',
  created: 1_790_000_000,
  model: 'nanonets/Nanonets-OCR2-3B',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', reasoning_content: null, content, tool_calls: [] },
      logprobs: null,
      finish_reason: finishReason,
      stop_reason: null,
    },
  ],
  usage: { prompt_tokens: 2000, total_tokens: 2500, completion_tokens: 500, prompt_tokens_details: null },
  prompt_logprobs: null,
});

/** How vLLM says that something is wrong. */
export const vllmError = (code: number, message: string, type = 'BadRequestError') => ({
  error: { message, type, param: null, code },
});
