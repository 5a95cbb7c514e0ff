import { RectoError } from './errors.ts';

/** Dimensions of every vector that search keeps or is asked by; the indexes in the cloud are made for so many. */
export const SEARCH_VECTOR_DIMENSIONS = 384;

/**
 * The vector at unit length, in single precision: what every index keeps and is asked by, so that all of them answer the same
 * distances. Errors: `invalid_request` for another number of dimensions, for what is no finite number, for nothing but zeros.
 */
export function unitVector(vector: ArrayLike<number>): Float32Array {
  if (vector.length !== SEARCH_VECTOR_DIMENSIONS)
    throw refused(`it has ${vector.length} dimensions`, { dimensions: vector.length });
  const values = Array.from(vector);
  const notFinite = values.findIndex((value) => !Number.isFinite(value));
  if (notFinite >= 0) throw refused(`its value ${notFinite} is not a finite number`, { at: notFinite });
  // Scaled first: squares of very large or very small numbers leave the range of numbers.
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) throw refused('it is all zeros, which has no direction', {});
  const scaled = values.map((value) => value / largest);
  const length = Math.sqrt(scaled.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(scaled, (value) => value / length);
}

const refused = (why: string, details: Readonly<Record<string, unknown>>): RectoError =>
  new RectoError(
    'invalid_request',
    `The vector cannot be used: ${why}. Give ${SEARCH_VECTOR_DIMENSIONS} finite numbers, not all of them zero.`,
    { details },
  );

/** 1 less the cosine of the angle between two unit vectors: 0 for the same direction, 1 at a right angle, 2 opposed. */
export function cosineDistance(one: Float32Array, other: Float32Array): number {
  let product = 0;
  for (let i = 0; i < SEARCH_VECTOR_DIMENSIONS; i++) product += (one[i] ?? 0) * (other[i] ?? 0);
  return boundedDistance(1 - product);
}

/** Rounding leads a little out of the range. */
export const boundedDistance = (distance: number): number => Math.min(2, Math.max(0, distance));
