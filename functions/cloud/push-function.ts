import { RectoError } from '#shared/domain/errors.ts';
import type { GcpPlatform } from '#shared/platform/gcp.ts';
import type { PushEnvelope } from '#shared/ports/message-bus.ts';
import type { Handle } from '../main.ts';
import type { PushHandler } from '../push-handler.ts';
import { readEnvelope } from '../push-listener.ts';
import { answerProblem } from './answer.ts';
import { bury, isUnreadable } from './dead-letter.ts';
import type { Started } from './start-function.ts';

/**
 * Takes pushes of Pub/Sub at one path: 204 acknowledges, 403 tells a stranger so, anything else brings the message again.
 * A message that cannot be read is put with the dead letters and acknowledged: it would fail for ever.
 */
export function pushFunction(
  { platform, checkCaller, after }: Pick<Started, 'platform' | 'checkCaller' | 'after'>,
  path: string,
  handler: PushHandler,
): Handle {
  return async (req, res) => {
    const gone = new AbortController();
    res.on('close', () => gone.abort(new RectoError('cancelled', 'The bus went away before the message was handled.')));
    let envelope: PushEnvelope | null = null;
    try {
      if (req.method !== 'POST' || req.url !== path)
        throw new RectoError('not_found', `This function takes messages at ${path}.`);
      await checkCaller(req.headers.authorization);
      try {
        envelope = inOurWords(platform, await readEnvelope(req));
        await handler(envelope, gone.signal);
      } catch (thrown) {
        if (!isUnreadable(thrown)) throw thrown;
        await bury(platform, path, envelope, thrown);
      }
      await after.settle();
      res.writeHead(204).end();
    } catch (thrown) {
      await after.settle();
      answerProblem(req, res, thrown, platform);
    }
  };
}

/** Cloud Storage calls buckets and objects by other names; what is none of its notifications stays as it is. */
export function inOurWords(
  { arrivalAttributes }: Pick<GcpPlatform, 'arrivalAttributes'>,
  envelope: PushEnvelope,
): PushEnvelope {
  const attributes = arrivalAttributes(envelope.message.attributes);
  return attributes === null ? envelope : { ...envelope, message: { ...envelope.message, attributes } };
}
