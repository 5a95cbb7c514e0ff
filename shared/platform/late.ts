import type { Recognizers } from '../ports/entity-recognizer.ts';
import type { Mailbox } from '../ports/mailbox.ts';

/** Made when first needed: a function that starts cold does not load what its request never asks for. */
function late<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make().catch((thrown: unknown) => {
      made = null;
      throw thrown;
    });
    return made;
  };
}

export function lateMailbox(make: () => Promise<Mailbox>): Mailbox {
  const mailbox = late(make);
  return {
    deliver: async (delivery, signal) => (await mailbox()).deliver(delivery, signal),
    check: async (url) => (await mailbox()).check(url),
  };
}

export function lateRecognizers(make: () => Promise<Recognizers>): Recognizers {
  const recognizers = late(make);
  return {
    local: async () => (await recognizers()).local(),
    ask: async (params) => (await recognizers()).ask(params),
  };
}
