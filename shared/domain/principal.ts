import { z } from 'zod';

export const SCOPES = [
  'documents:read',
  'documents:write',
  /** Originals and every artifact that is not redacted. */
  'documents:original',
  'runs:read',
  'runs:write',
  'search:read',
  'ocr:use',
  'redact:use',
  'deadletters:read',
  'deadletters:write',
  'webhooks:manage',
  'schedules:manage',
  'templates:manage',
  'policies:manage',
  /** Decide about what a policy wants a person to look at, and turn pseudonyms back. */
  'redactions:review',
  'keys:manage',
  'tenant:manage',
  'audit:read',
  'usage:read',
] as const;
export const scopeSchema = z.enum(SCOPES);
export type Scope = z.infer<typeof scopeSchema>;

/** Who acts. */
export interface Principal {
  kind: 'user' | 'apiKey' | 'device' | 'system';
  id: string;
  tenantId: string;
  scopes: readonly Scope[];
}

export const apiKeySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** SHA-256 of the whole key, hex. The key itself is shown once and never stored. */
  hash: z.string(),
  /** First characters, for people to tell keys apart. */
  hint: z.string(),
  scopes: z.array(scopeSchema),
  createdAt: z.number(),
  expiresAt: z.number().nullable(),
  revokedAt: z.number().nullable(),
});
export type ApiKey = z.infer<typeof apiKeySchema>;
