import type { GcpPlatform } from '#shared/platform/gcp.ts';
import type { PushHandler } from '../push-handler.ts';
import { bury, isUnreadable } from './dead-letter.ts';
import { inOurWords } from './push-function.ts';

/** In one call; the rest comes with the next. */
const MOST = 1000;
const UNDELIVERABLE = '/_push/undeliverable';

/**
 * What the function `undeliverable` could not take in all its tries is handled here as it would have been there, so that nothing
 * lies parked until it is gone for its age. What cannot be handled stays, and the alert on what is parked with it.
 */
export async function takeParkedMessages(
  platform: Pick<GcpPlatform, 'takeParked' | 'arrivalAttributes' | 'bus' | 'log' | 'metrics'>,
  handler: PushHandler,
): Promise<void> {
  const never = new AbortController().signal;
  const { taken, kept } = await platform.takeParked(async (envelope) => {
    try {
      await handler(inOurWords(platform, envelope), never);
    } catch (thrown) {
      if (!isUnreadable(thrown)) throw thrown;
      await bury(platform, UNDELIVERABLE, envelope, thrown);
    }
  }, MOST);
  if (taken + kept > 0) platform.log.warn('parked messages were taken', { taken, kept });
}
