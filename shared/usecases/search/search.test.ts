import { afterEach, beforeEach, expect, test } from 'vitest';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import type { Scope } from '../../domain/principal.ts';
import { ingestDocument } from '../documents/ingest.ts';
import { search } from './search.ts';

let fixture: UseCaseFixture;
beforeEach(async () => {
  fixture = await createUseCaseFixture();
});
afterEach(() => fixture.close());

const asking = (...scopes: Scope[]) => ({ ...fixture.ctx, principal: { ...fixture.ctx.principal, scopes } });
async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('A letter.');
}

test.each([
  ['whose name matches', 'quayside'],
  ['whose text matches', 'letter'],
  ['that all match', ''],
])('an entry from before names followed the policy tells its name to nobody else: %s', async (_, query) => {
  const filename = 'quayside@hidden.example.txt';
  const { document } = await ingestDocument(fixture.ctx, {
    ...{ source: { kind: 'stream', body: bytes() }, origin: 'api', filename, metadata: {} },
  });
  await fixture.ctx.ports.search.index({
    ...{ documentId: document.id, filename, mediaType: 'text/plain', documentType: null },
    ...{ createdAt: 0, pages: ['A letter.'], fields: {} },
  });
  const asked = { query, filters: [], pageSize: 10 };
  const { items } = await search(asking('search:read'), asked);
  expect(items).toMatchObject([{ filename: 'EMAIL_ADDRESS.txt' }]);
  expect(JSON.stringify(items)).not.toContain('quayside');
  expect((await search(asking('search:read', 'documents:original'), asked)).items).toMatchObject([{ filename }]);
});
