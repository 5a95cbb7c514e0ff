import { RectoError } from '../../domain/errors.ts';
import type { MediaRedactor } from '../../ports/media-redactor.ts';

/** Where recordings cannot be redacted; `why` ends a sentence. */
export const noMediaRedactor = (why: string): MediaRedactor => ({
  available: async () => false,
  redact: async () => {
    throw new RectoError('not_configured', `Recordings cannot be redacted here: ${why}.`);
  },
});
