import { z } from 'zod';

/** After a rotation both secrets sign for this long, so that receivers can change over without losing a delivery. */
export const ROTATION_OVERLAP_MS = 24 * 3600 * 1000;

const storedSchema = z.object({
  current: z.string(),
  previous: z.object({ secret: z.string(), validUntil: z.number() }).nullable(),
});
/** What the secret store holds for an endpoint, as JSON. */
export type SigningSecrets = z.infer<typeof storedSchema>;

export const parseSecrets = (stored: string): SigningSecrets => storedSchema.parse(JSON.parse(stored));

export const firstSecret = (secret: string): SigningSecrets => ({ current: secret, previous: null });

/** The old secret goes on signing for the overlap; one that was already on its way out ends at once. */
export const rotated = (secrets: SigningSecrets, next: string, now: number): SigningSecrets => ({
  current: next,
  previous: { secret: secrets.current, validUntil: now + ROTATION_OVERLAP_MS },
});

export const validSecrets = (secrets: SigningSecrets, now: number): string[] =>
  secrets.previous !== null && secrets.previous.validUntil > now
    ? [secrets.current, secrets.previous.secret]
    : [secrets.current];
