import type { Names, RedactedNames } from '../../domain/redaction/names.ts';
import { privacyPolicy } from '../../steps/support/privacy-policy.ts';
import { nameViews, redactedNames } from '../../steps/support/redacted-names.ts';
import { typesToReview } from '../../steps/support/redaction-results.ts';
import { viewsOf } from '../../steps/support/redaction-work.ts';
import type { UseCaseContext } from '../context.ts';

/** Somebody waits for the upload's answer. */
const TIMEOUT_MS = 5000;

/**
 * What the tenant's policy leaves of a document's names while nothing else of it is known; the step `redact` decides anew,
 * with what the document says. Null, and so nothing of them, where the policy or a recognizer cannot be had, and where a
 * person has to look first: a document is taken in all the same.
 */
export async function namesOnArrival(
  ctx: UseCaseContext,
  names: Names & { mediaType: string | null },
): Promise<RedactedNames | null> {
  const { ports, platform } = ctx;
  try {
    const policy = await privacyPolicy({ ports, clock: platform.clock });
    const task = { ports, signal: AbortSignal.timeout(TIMEOUT_MS) };
    const ocr = { engine: 'none', model: null, pages: [], account: NO_PAGES, failedPages: [] };
    const review = { kept: [], added: [], accepted: false };
    const views = await nameViews(viewsOf(task, { policy, review, ocr, fields: null, region: 'US', names }));
    const made = await redactedNames(ports, names, views);
    return typesToReview(Object.values(views), made.found).length > 0 ? null : made.redactedNames;
  } catch (error) {
    platform.log.warn('names are not told until the document has been redacted', { tenantId: ports.tenantId, error });
    return null;
  }
}

const NO_PAGES = { total: 0, ocr: 0, textLayer: 0, failed: 0 };
