import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { createManualClock } from '#tests/support/manual-clock.ts';
import type { HttpEnv } from './http-context.ts';
import { readBody } from './request-body.ts';

test('a small body that drips in for ever is given up', async () => {
  const clock = createManualClock();
  let pulls = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      // A little less than what counts as standing still.
      await clock.advance(20_000);
      if (++pulls > 50) controller.close();
      else controller.enqueue(Buffer.from('x'));
    },
  });
  const app = new Hono<HttpEnv>();
  let outcome: unknown = null;
  app.post('/', async (c) => {
    outcome = await readBody(c, clock).catch((error: unknown) => error);
    return c.text('done');
  });
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' };
  await app.fetch(new Request('http://localhost/', init));
  expect(outcome).toMatchObject({ code: 'request_timeout' });
});
