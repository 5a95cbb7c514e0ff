import { RectoError } from '../../domain/errors.ts';
import { unitVector } from '../../domain/search-vector.ts';
import type { NearestParams } from '../../ports/search-index.ts';

const MAX_HITS = 200;
const MAX_DISTANCE = 2;

/** What a search by vector asks for, within its bounds. Errors: `invalid_request`. */
export function readNearest({ vector, limit, maxDistance = MAX_DISTANCE }: NearestParams) {
  if (!(maxDistance >= 0 && maxDistance <= MAX_DISTANCE))
    throw new RectoError(
      'invalid_request',
      `maxDistance must be a number from 0 (the same direction) to ${MAX_DISTANCE} (opposed).`,
    );
  return {
    vector: unitVector(vector),
    limit: Math.min(Math.max(1, Math.trunc(limit) || 1), MAX_HITS),
    /** Null: no bound. */
    maxDistance: maxDistance === MAX_DISTANCE ? null : maxDistance,
  };
}

/** Nearest first, those equally near by document id. */
export const byDistance = <T extends { distance: number; documentId: string }>(a: T, b: T): number =>
  a.distance - b.distance || (a.documentId < b.documentId ? -1 : a.documentId > b.documentId ? 1 : 0);
