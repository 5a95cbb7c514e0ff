import { describe, expect, it } from 'vitest';
import { RectoError } from '#shared/domain/errors.ts';
import type { ServiceProcess } from '#shared/platform/embedded.ts';
import { borrowService, type Lent, lendService } from './ocr-lease.ts';

/** A service that counts who uses it. */
function counting(start: () => Promise<string>) {
  const counted = { users: 0 };
  const service: ServiceProcess = {
    use: async (fn) => {
      counted.users++;
      try {
        return await fn(await start());
      } finally {
        counted.users--;
      }
    },
    url: start,
    state: () => 'running',
    pid: () => null,
    stop: async () => undefined,
  };
  return { service, counted };
}

function connected(start: () => Promise<string>) {
  const { service, counted } = counting(start);
  const borrowed = borrowService((message) => lent.hear(message));
  const lent: Lent = lendService(service, (message) => borrowed.hear(message));
  return { borrowed, lent, counted };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a borrowed OCR service', () => {
  it('is kept up for as long as the call takes', async () => {
    const { borrowed, counted } = connected(async () => 'http://service');
    expect(borrowed.state()).toBe('stopped');
    const end = Promise.withResolvers<void>();
    const call = borrowed.use(async (url) => {
      await end.promise;
      return url;
    });
    await turn();
    expect([counted.users, borrowed.state()]).toEqual([1, 'running']);
    end.resolve();
    expect(await call).toBe('http://service');
    await turn();
    expect(counted.users).toBe(0);
  });

  it('is let go of when its borrower has died over a call', async () => {
    const { borrowed, lent, counted } = connected(async () => 'http://service');
    void borrowed.use(() => new Promise(() => undefined));
    await turn();
    expect(counted.users).toBe(1);
    lent.gone();
    await turn();
    expect(counted.users).toBe(0);
  });

  it('that cannot be started says why and when to ask again', async () => {
    const down = new RectoError('dependency_unavailable', 'It keeps failing.', { retryAfter: 7 });
    const { borrowed } = connected(() => Promise.reject(down));
    await expect(borrowed.url()).rejects.toMatchObject({
      code: 'dependency_unavailable',
      message: 'It keeps failing.',
      retryAfter: 7,
    });
    expect(borrowed.state()).toBe('failing');
  });
});
