import { afterAll, beforeAll, expect, it } from 'vitest';
import { putDocument } from '#tests/support/put-document.ts';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { extract } from '../domain/extraction/extract.ts';
import { indexStep } from './index-text.ts';
import { commitArtifacts, writeArtifact } from './support/artifacts.ts';

let fixture: UseCaseFixture;
beforeAll(async () => {
  fixture = await createUseCaseFixture();
});
afterAll(() => fixture.close());

it('indexes fields of every name that a tenant may give them', async () => {
  const { store, search } = fixture.ctx.ports;
  const ctx = fixture.stepContext({ runId: 'run_1' });
  const document = await putDocument(store, { id: 'doc_1', runId: 'run_1' });
  const field = (name: string) => ({
    name,
    type: 'text',
    value: 'Gropius',
    raw: 'Gropius',
    confidence: 1,
    valid: null,
    page: 1,
    box: [0, 0, 1, 1],
  });
  const result = { ...extract([], { fields: [], templates: [] }), fields: [field('constructor'), field('valueOf')] };
  const write = (name: string, body: string) =>
    writeArtifact(ctx, { documentId: document.id, name, mediaType: 'text/plain', body, sensitive: false });
  const written = [await write('redacted.txt', 'a house'), await write('redacted.json', JSON.stringify(result))];
  await store.transaction((tx) => commitArtifacts(tx, written));
  await indexStep.run(ctx, { run: {}, documentId: document.id, config: {}, outputs: {} });
  const filters = [{ field: 'constructor', op: '=' as const, value: 'Gropius' }];
  expect((await search.search({ query: '', filters, pageSize: 1 })).total).toBe(1);
});
