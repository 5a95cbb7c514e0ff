import { FIRESTORE_SEARCH, FIRESTORE_VECTOR } from '../../domain/cloud-records.ts';
import { boundedDistance, unitVector } from '../../domain/search-vector.ts';
import type { NearestHit, NearestParams, SearchEntry } from '../../ports/search-index.ts';
import { byDistance, readNearest } from '../support/nearest-params.ts';
import { allOf, type Firestore, type FirestoreDocument, filter } from './firestore-client.ts';
import { type FirestoreFields, numberOf, text, textOf, vector } from './firestore-values.ts';

const DISTANCE = 'distance';

/**
 * What the main record of an entry has besides, so that it is found by its vector and shown without its words: nothing where
 * the entry has none. One record, so that a vector is replaced and erased with its entry.
 */
export function vectorFields({ embedding, documentType, mediaType, filename }: SearchEntry): FirestoreFields {
  if (embedding === undefined) return {};
  return {
    [FIRESTORE_VECTOR.field]: vector(unitVector(embedding)),
    documentType: documentType === null ? { nullValue: null } : text(documentType),
    mediaType: text(mediaType),
    filename: text(filename),
  };
}

function hitOf({ fields }: FirestoreDocument): NearestHit {
  const type = fields?.documentType;
  return {
    documentId: textOf(fields?.documentId),
    filename: textOf(fields?.filename),
    documentType: type === undefined || 'nullValue' in type ? null : textOf(type),
    distance: boundedDistance(numberOf(fields?.[DISTANCE])),
  };
}

/** Throws `GoogleApiError`, `invalid_request`. */
export async function findNearest(firestore: Firestore, tenant: string, params: NearestParams): Promise<NearestHit[]> {
  const { vector: asked, limit, maxDistance } = readNearest(params);
  // In the order of the declared indexes; firestore-indexes.ts has one for each choice among them.
  const filters = FIRESTORE_VECTOR.filters.flatMap((field) => {
    const value = params[field];
    return value === undefined ? [] : [filter(field, 'EQUAL', text(value))];
  });
  const found = await firestore.query({
    from: [{ collectionId: FIRESTORE_SEARCH.entries }],
    select: { fields: ['documentId', 'filename', 'documentType', DISTANCE].map((fieldPath) => ({ fieldPath })) },
    ...allOf([filter('tenantId', 'EQUAL', text(tenant)), ...filters]),
    findNearest: {
      vectorField: { fieldPath: FIRESTORE_VECTOR.field },
      queryVector: vector(asked),
      distanceMeasure: 'COSINE',
      limit,
      distanceResultField: DISTANCE,
      ...(maxDistance === null ? {} : { distanceThreshold: maxDistance }),
    },
  });
  return found.map(hitOf).sort(byDistance);
}
