import { describe, expect, it } from 'vitest';
import { createMailbox } from '#shared/adapters/embedded/mailbox.ts';
import { createManualClock } from '#tests/support/manual-clock.ts';
import { mailboxContract, receiver } from './mailbox.ts';

describe('the embedded mailbox', () => {
  const clock = createManualClock(Date.UTC(2026, 0, 1));
  mailboxContract(() => ({
    strict: (resolve) => createMailbox({ clock, resolve }),
    lenient: (resolve) => createMailbox({ clock, allowPrivate: true, ...(resolve === undefined ? {} : { resolve }) }),
  }));

  it('reads a Retry-After date against its clock', async () => {
    const { url } = await receiver((_request, response) =>
      response.writeHead(429, { 'retry-after': 'Thu, 01 Jan 2026 00:01:30 GMT' }).end(),
    );
    const mailbox = createMailbox({ clock, allowPrivate: true });
    const sent = await mailbox.deliver({ url, headers: {}, body: '', timeoutMs: 5_000 });
    expect(sent.retryAfter).toBe(90);
  });
});
