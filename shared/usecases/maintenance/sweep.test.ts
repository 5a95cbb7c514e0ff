import { afterAll, beforeAll, expect, test } from 'vitest';
import { putDocument } from '#tests/support/put-document.ts';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { documents, tenants } from '../../domain/collections.ts';
import { createUpload } from '../documents/create-upload.ts';
import { sweep } from './sweep.ts';

let fixture: UseCaseFixture;
beforeAll(async () => {
  fixture = await createUseCaseFixture();
});
afterAll(() => fixture.close());

test('an upload that cannot be taken in yet, the quota being used up, does not keep erasures from being finished', async () => {
  const { ctx, platform, engine } = fixture;
  const { document } = await createUpload(ctx, { filename: 'a.txt', contentType: 'text/plain', metadata: {} });
  const key = `${document.id}/source`;
  await ctx.ports.objects.put({ bucket: 'documents', key, body: Buffer.from('x'), mediaType: 'text/plain' });
  await putDocument(ctx.ports.store, { id: 'doc_cut_off', status: 'erasing' });
  const tenant = await ctx.ports.store.get(tenants, { id: 'acme' });
  if (tenant === null) throw new Error('no tenant');
  const limits = { ...tenant.data.limits, maxConcurrentRuns: 0 };
  await ctx.ports.store.put(tenants, { id: 'acme' }, { ...tenant.data, limits });
  await sweep(platform, engine, { orphans: true });
  expect(await ctx.ports.store.get(documents, { id: 'doc_cut_off' })).toBeNull();
  expect((await ctx.ports.store.get(documents, { id: document.id }))?.data.status).toBe('uploading');
});
