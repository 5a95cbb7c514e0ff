import { z } from 'zod';
import { type ApiKey, apiKeySchema } from '../../domain/principal.ts';

/** A key as its tenant sees it: never the hash. */
export const apiKeyViewSchema = apiKeySchema.omit({ hash: true });
export type ApiKeyView = z.infer<typeof apiKeyViewSchema>;

/** `key` is the key itself: this answer is the only place where it ever appears. */
export const issuedApiKeySchema = z.object({ apiKey: apiKeyViewSchema, key: z.string() });
export type IssuedApiKey = z.infer<typeof issuedApiKeySchema>;

export function apiKeyView(record: ApiKey): ApiKeyView {
  const { hash: _hash, ...view } = record;
  return view;
}
