import { z } from 'zod';

/** What can be held of a document besides its record, in the order in which it is deleted. */
export const HELD_KINDS = [
  'droppedFile',
  'searchEntry',
  'sourceObjects',
  'artifactObjects',
  'artifacts',
  'results',
  'deliveries',
  'answers',
  'runParts',
  'deadLetters',
  'work',
  'runs',
  'review',
  'upload',
  'password',
] as const;
export type HeldKind = (typeof HELD_KINDS)[number];

const countsSchema = z.record(z.enum(HELD_KINDS), z.number().int());
export type HeldCounts = z.infer<typeof countsSchema>;

/**
 * The erasure of a document: asked for, under way, and done, which it is only once everything was looked for again and nothing was
 * found. It stays when the document has gone, and holds nothing of it but its id and the digest of its bytes.
 */
export const erasureSchema = z.object({
  documentId: z.string(),
  state: z.enum(['erasing', 'erased']),
  /** Somebody asked for it, or the tenant's time for keeping documents was over. */
  cause: z.enum(['request', 'retention']),
  requestedBy: z.object({ kind: z.string(), id: z.string() }),
  requestedAt: z.number(),
  /** Of the bytes that came in; null where none did. */
  sha256: z.string().nullable(),
  size: z.number().int().nullable(),
  /** How many there were of each kind. */
  held: countsSchema,
  /** Of all objects together. */
  bytes: z.number().int(),
  /** When each kind was asked for once more, and how many were found: none. Null until then. */
  check: z.object({ at: z.number(), left: countsSchema }).nullable(),
});
export type Erasure = z.infer<typeof erasureSchema>;

export const nothingHeld = (): HeldCounts => ({
  ...{ droppedFile: 0, searchEntry: 0, sourceObjects: 0, artifactObjects: 0, artifacts: 0, results: 0, deliveries: 0 },
  ...{ answers: 0, runParts: 0, deadLetters: 0, work: 0, runs: 0, review: 0, upload: 0, password: 0 },
});

/** Of an erasure that was cut off less is there when it goes on: the greater number is what there was. */
export function mostHeld(a: HeldCounts, b: HeldCounts): HeldCounts {
  const most = nothingHeld();
  for (const kind of HELD_KINDS) most[kind] = Math.max(a[kind], b[kind]);
  return most;
}
