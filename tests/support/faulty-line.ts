import { createServer, request, type Server } from 'node:http';

/** Stands before a service: passes requests on, hangs up on everyone, or keeps what is posted waiting. */
export class FaultyLine {
  mode: 'passing' | 'refusing' | 'holding' = 'passing';
  /** Where it passes on to. */
  target: string;
  /** Posted requests that came in, and those that wait. */
  posted = 0;
  holding = 0;
  #release: (() => void)[] = [];
  readonly #server: Server = createServer(async (req, res) => {
    if (req.method === 'POST') this.posted += 1;
    if (this.mode === 'holding' && req.method === 'POST') {
      this.holding += 1;
      await new Promise<void>((resolve) => {
        this.#release.push(resolve);
        req.socket.once('close', resolve);
      });
      this.holding -= 1;
    }
    if (this.mode === 'refusing' || req.socket.destroyed) {
      req.socket.destroy();
      return;
    }
    const { method, headers, url } = req;
    const onward = request(new URL(url ?? '/', this.target), { method, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    req.pipe(onward);
  });

  constructor(target: string) {
    this.target = target;
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Lets what waits go on; from now on requests pass. */
  release(): void {
    this.mode = 'passing';
    for (const go of this.#release.splice(0)) go();
  }

  close(): void {
    this.release();
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
