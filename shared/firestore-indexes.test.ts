import { expect, test } from 'vitest';
import { collection } from './domain/collection.ts';
import { runSchema } from './domain/run.ts';
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

test('the search index asks by word and by value, newest first, and a vector comes last', () => {
  const search = firestoreIndexes([]).map(({ fields }) => fields.map(({ path }) => path));
  expect(search).toEqual([
    ['tenantId', 'terms', 'createdAt'],
    ['tenantId', 'values', 'createdAt'],
    ['tenantId', 'main', 'createdAt'],
    ['tenantId', 'main', 'length'],
    ['tenantId', 'embedding'],
  ]);
});

test('what expires has a policy, and records themselves are not indexed', () => {
  expect(firestoreTtlFields([definition])).toEqual([{ collection: 'things', path: '_expires' }]);
  expect(firestoreUnindexedFields([definition])).toContainEqual({ collection: 'things', path: '_data' });
});

test('the platform stays within the indexes that a database may have', () => {
  expect(firestoreIndexes().length).toBeLessThan(200);
});
