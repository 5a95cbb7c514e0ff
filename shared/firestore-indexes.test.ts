import { expect, test } from 'vitest';
import { z } from 'zod';
import { createFirestore } from './adapters/gcp/firestore-client.ts';
import { findNearest } from './adapters/gcp/search-vectors.ts';
import { collection } from './domain/collection.ts';
import { runSchema } from './domain/run.ts';
import { SEARCH_VECTOR_DIMENSIONS } from './domain/search-vector.ts';
import { firestoreIndexes, firestoreTtlFields, firestoreUnindexedFields } from './firestore-indexes.ts';

const definition = collection({
  name: 'things',
  schema: runSchema,
  indexes: [
    { fields: ['size'] },
    { fields: ['kind', 'size'], order: 'both', acrossTenants: true },
    { fields: ['state', 'dueAt', 'tenantId'] },
    { fields: ['kind', 'tenantId', 'size'] },
  ],
  ttlField: 'until',
});
const fieldsOf = (name: string): string[] =>
  firestoreIndexes([definition])
    .filter(({ collection }) => collection === name)
    .map(({ fields }) =>
      fields
        .map((field) => `${field.path}${'order' in field ? ` ${field.order.toLowerCase().replace('ending', '')}` : ''}`)
        .join(', '),
    );

test('a definition gives the indexes of its scopes and directions, each once', () => {
  expect(fieldsOf('things')).toEqual([
    'tenantId asc, size asc',
    'tenantId asc, kind asc, size asc',
    'kind asc, size asc',
    'tenantId asc, kind desc, size desc',
    'kind desc, size desc',
    'state asc, dueAt asc',
    'kind asc, tenantId asc, size asc',
  ]);
});

test('the search index asks by word and by value, newest first; by vector, which comes last, with each choice of filters', () => {
  const search = firestoreIndexes([]).map(({ fields }) => fields.map(({ path }) => path));
  expect(search).toEqual([
    ['tenantId', 'terms', 'createdAt'],
    ['tenantId', 'values', 'createdAt'],
    ['tenantId', 'main', 'createdAt'],
    ['tenantId', 'main', 'length'],
    ['tenantId', 'embedding'],
    ['tenantId', 'documentType', 'embedding'],
    ['tenantId', 'mediaType', 'embedding'],
    ['tenantId', 'documentType', 'mediaType', 'embedding'],
  ]);
});

const sentSchema = z.object({
  structuredQuery: z.object({
    from: z.array(z.object({ collectionId: z.string() })),
    where: z.object({
      compositeFilter: z.object({
        filters: z.array(
          z.object({ fieldFilter: z.object({ field: z.object({ fieldPath: z.string() }), op: z.literal('EQUAL') }) }),
        ),
      }),
    }),
    findNearest: z.object({ vectorField: z.object({ fieldPath: z.string() }), limit: z.number().max(1000) }),
  }),
});

test.each([
  {},
  { documentType: 'invoice' },
  { mediaType: 'image/png' },
  { mediaType: 'image/png', documentType: 'invoice', maxDistance: 0.5 },
])('a search by vector with %o has an index of precisely what it asks for', async (over) => {
  const sent: unknown[] = [];
  const firestore = createFirestore({
    api: {
      service: 'Firestore',
      send: () => Promise.reject(new Error('nothing is sent')),
      json: async ({ json }) => {
        sent.push(json);
        return [];
      },
    },
    project: 'p',
    database: 'd',
    origin: 'http://firestore',
  });
  const vector = Array.from({ length: SEARCH_VECTOR_DIMENSIONS }, () => 1);
  await findNearest(firestore, 'acme', { vector, limit: 10, ...over });
  expect(sent).toHaveLength(1);
  const { from, where, findNearest: nearest } = sentSchema.parse(sent[0]).structuredQuery;
  const fields = where.compositeFilter.filters.map(({ fieldFilter }) => fieldFilter.field.fieldPath);
  expect(fields[0]).toBe('tenantId');
  expect(firestoreIndexes()).toContainEqual({
    collection: from[0]?.collectionId,
    fields: [
      ...fields.map((path) => ({ path, order: 'ASCENDING' })),
      { path: nearest.vectorField.fieldPath, vectorDimensions: SEARCH_VECTOR_DIMENSIONS },
    ],
  });
});

test('what expires has a policy, and records themselves are not indexed', () => {
  expect(firestoreTtlFields([definition])).toEqual([{ collection: 'things', path: '_expires' }]);
  expect(firestoreUnindexedFields([definition])).toContainEqual({ collection: 'things', path: '_data' });
});

test('the platform stays within the indexes that a database may have', () => {
  expect(firestoreIndexes().length).toBeLessThan(200);
});
