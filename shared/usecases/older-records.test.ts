import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { type CollectionDef, collection } from '../domain/collection.ts';
import { deadLetters, policies, policyVersions, tenants } from '../domain/collections.ts';
import { policySchema } from '../domain/policy.ts';
import { deadLetterSchema } from '../domain/run.ts';
import { getDeadLetter } from './dead-letters/get.ts';
import { listDeadLetters } from './dead-letters/list.ts';
import { activatePolicy } from './policies/activate.ts';
import { createPolicy, createPolicySchema } from './policies/create.ts';
import { getPolicy } from './policies/get.ts';
import { listPolicies } from './policies/list.ts';
import { updatePolicy } from './policies/update.ts';
import { getPolicyVersion, listPolicyVersions } from './policies/versions.ts';
import { getTenant } from './tenants/get.ts';

let fixture: UseCaseFixture;
beforeEach(async () => {
  fixture = await createUseCaseFixture();
});
afterEach(() => fixture.close());

const PAGE = { pageSize: 10 };

/** Writes the record anew without the field, as an earlier release kept it. */
async function without<T>(def: CollectionDef<T>, id: string, drop: (record: Record<string, unknown>) => void) {
  const asItWas = collection({ name: def.name, schema: z.looseObject({}), indexes: def.indexes });
  const { store } = fixture.ctx.ports;
  const kept = structuredClone((await store.get(asItWas, { id }))?.data ?? {});
  drop(kept);
  await store.put(asItWas, { id }, kept);
}

test('a policy from before recordings is answered with all that the contract says it has', async () => {
  const { ctx } = fixture;
  const { id } = await createPolicy(ctx, createPolicySchema.parse({ name: 'Own' }));
  const { store } = ctx.ports;
  await without(policies, id, (record) => delete record.media);
  const [version] = (await store.query(policyVersions, {})).records;
  await without(policyVersions, version?.id ?? '', ({ policy }) => delete z.looseObject({}).parse(policy).media);
  expect(await getPolicy(ctx, { id })).toMatchObject({ media: null });
  expect((await listPolicies(ctx, PAGE)).items).toMatchObject([{ media: null }, { id: 'default' }]);
  expect(await getPolicyVersion(ctx, { id, version: 1 })).toMatchObject({ media: null });
  const [listed] = (await listPolicyVersions(ctx, { ...PAGE, id })).items;
  expect(policySchema.parse(listed?.policy)).toEqual(listed?.policy);
  expect(await updatePolicy(ctx, { id, name: 'Mine' })).toMatchObject({ version: 2, media: null });
  expect(await activatePolicy(ctx, { id, version: 1 })).toMatchObject({ version: 1, media: null });
});

test('so is a dead letter from before they were swept', async () => {
  const { ctx } = fixture;
  const letter = deadLetterSchema.parse({
    ...{ id: 'dlq_1', runId: 'run_1', documentId: null, stepId: 'a', stepKind: 'a', part: null, input: {} },
    error: { code: 'file_corrupt', message: 'broken', class: 'permanent' },
    ...{ attempts: [], createdAt: 1, status: 'open', resolvedAt: null, resolvedBy: null, redrives: 0 },
  });
  await ctx.ports.store.put(deadLetters, { id: letter.id }, letter);
  await without(deadLetters, letter.id, (record) => delete record.redriveAt);
  expect(await getDeadLetter(ctx, { id: letter.id })).toEqual(letter);
  expect((await listDeadLetters(ctx, PAGE)).items).toEqual([letter]);
});

test('so are the settings of a tenant from before recordings and retention', async () => {
  const { ctx } = fixture;
  await without(tenants, ctx.ports.tenantId, (record) => {
    record.settings = { indexText: 'redacted', policyId: 'default', configRevision: 1 };
  });
  expect((await getTenant(ctx)).settings).toMatchObject({ recordings: false, retentionDays: null });
});
