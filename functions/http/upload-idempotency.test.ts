import { afterAll, beforeAll, expect, test } from 'vitest';
import { documents, idempotency } from '#shared/domain/collections.ts';
import { RectoError } from '#shared/domain/errors.ts';
import { startTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
let key = '';
beforeAll(async () => {
  api = await startTestApi();
  await api.tenant('acme');
  key = await api.key('acme');
});
afterAll(() => api.close());

function upload(idempotencyKey: string, text: string) {
  const body = new FormData();
  body.set('file', new File([text], 'a.txt'));
  return api.call('/v1/documents', { method: 'POST', key, body, headers: { 'idempotency-key': idempotencyKey } });
}

test('an upload whose answer could not be kept is not taken in a second time when it is repeated', async () => {
  const { store } = api.platform.forTenant('acme');
  const { transaction } = store;
  store.transaction = (act) =>
    transaction((tx) =>
      act({
        ...tx,
        put: (collection, ref, data) => {
          if (collection.name === idempotency.name && JSON.stringify(data).includes('"done"'))
            throw new RectoError('storage_full', 'The disk is full.');
          tx.put(collection, ref, data);
        },
      }),
    );
  const first = await upload('once', 'some text');
  store.transaction = transaction;
  expect(first.status).toBe(507);
  const second = await upload('once', 'some text');
  expect(second.status).toBe(202);
  expect((await store.query(documents, { limit: 10 })).records).toHaveLength(1);
  const third = await upload('once', 'some text');
  expect(third.headers.get('idempotency-replayed')).toBe('true');
  expect((await upload('once', 'another text')).status).toBe(409);
});

test('an upload that failed may be made again with its key', async () => {
  expect((await upload('again', '')).status).toBe(422);
  expect((await upload('again', 'now with text')).status).toBe(202);
});
