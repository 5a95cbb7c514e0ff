import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { RectoError } from '../../domain/errors.ts';
import { tenantIdSchema } from '../../domain/ids.ts';

const claimsSchema = z.object({
  tenantId: tenantIdSchema,
  method: z.enum(['PUT', 'GET']),
  bucket: z.enum(['incoming', 'documents', 'artifacts']),
  key: z.string(),
  mediaType: z.string().nullable(),
  maxBytes: z.number().nullable(),
  downloadName: z.string().nullable(),
  /** Epoch ms. */
  expiresAt: z.number(),
});
/** What the bearer of a signed URL may do: write or read this one object until it expires. */
export type SignedClaims = z.infer<typeof claimsSchema>;

const macOf = (key: Uint8Array, payload: string): Buffer => createHmac('sha256', key).update(payload).digest();

export function signClaims(key: Uint8Array, claims: SignedClaims): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${payload}.${macOf(key, payload).toString('base64url')}`;
}

/** Errors: `forbidden` when it was not signed here or was changed, `upload_expired` after its time. */
export function verifyClaims(key: Uint8Array, token: string, now: number): SignedClaims {
  const [payload = '', mac = '', rest] = token.split('.');
  const given = Buffer.from(mac, 'base64url');
  const expected = macOf(key, payload);
  if (rest !== undefined || given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new RectoError('forbidden', 'The link is not valid. Use it exactly as it was given, or ask for a new one.');
  const claims = claimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  if (now >= claims.expiresAt)
    throw new RectoError('upload_expired', 'The link has expired. Ask for a new one and use it before it expires.');
  return claims;
}
