import { createServer } from 'node:http';

export interface Receiver {
  url: string;
  /** Webhook ids received, by the document they speak of. */
  deliveries: Map<string, Set<string>>;
  close(): void;
}

/** Takes webhooks; every third try is refused, as real receivers do. */
export async function webhookReceiver(): Promise<Receiver> {
  const deliveries = new Map<string, Set<string>>();
  let tries = 0;
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      tries += 1;
      const refused = tries % 3 === 0;
      if (!refused) {
        const event: { subject?: string } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        const ids = deliveries.get(event.subject ?? '') ?? new Set();
        deliveries.set(event.subject ?? '', ids.add(String(req.headers['webhook-id'])));
      }
      res.writeHead(refused ? 503 : 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return { url: `http://127.0.0.1:${address.port}/hook`, deliveries, close: () => server.close() };
}
