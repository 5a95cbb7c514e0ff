import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createEnginePlatform } from '#tests/support/engine-platform.ts';
import { createManualClock, type ManualClock } from '#tests/support/manual-clock.ts';
import { temporaryFolder } from '#tests/support/temporary-folder.ts';
import { createKeyManager } from '../../adapters/embedded/key-manager.ts';
import { openKeyRing } from '../../adapters/embedded/key-ring.ts';
import { createRecognizers } from '../../adapters/recognizers/recognizers.ts';
import { auditEvents, policyVersions, tenants } from '../../domain/collections.ts';
import { tenantLimitsSchema, tenantSettingsSchema } from '../../domain/tenant.ts';
import type { Engine } from '../../engine/engine-api.ts';
import { privacyPolicy } from '../../steps/support/privacy-policy.ts';
import type { UseCaseContext } from '../context.ts';
import { activatePolicy } from './activate.ts';
import { createPolicy, createPolicySchema } from './create.ts';
import { deletePolicy } from './delete.ts';
import { diffPolicy } from './diff.ts';
import { getPolicy } from './get.ts';
import { listPolicies } from './list.ts';
import { redactText, redactTextSchema } from './redact-text.ts';
import { tryPolicy, tryPolicySchema } from './try.ts';
import { draftPolicy, updatePolicy } from './update.ts';
import { getPolicyVersion, listPolicyVersions } from './versions.ts';

let clock: ManualClock;
let contextOf: (tenantId: string) => UseCaseContext;
let ctx: UseCaseContext;

beforeEach(() => {
  const folder = temporaryFolder();
  clock = createManualClock();
  const { platform, close } = createEnginePlatform({ clock, file: path.join(folder, 'recto.db'), kinds: [] });
  onTestFinished(close);
  const ring = openKeyRing(path.join(folder, 'keys'));
  const recognizers = createRecognizers({ load: [], log: platform.log });
  const engine: Engine = Object.create(null);
  contextOf = (tenantId) => ({
    platform,
    engine,
    ports: { ...platform.forTenant(tenantId), recognizers, keys: createKeyManager({ ring, owner: tenantId }) },
    principal: { kind: 'apiKey', id: 'key_1', tenantId, scopes: ['policies:manage'] },
    requestId: 'req_1',
  });
  ctx = contextOf('acme');
});

const create = (input: object) => createPolicy(ctx, createPolicySchema.parse({ name: 'Ours', ...input }));
const redact = (text: string, more: object = {}, by = ctx) => redactText(by, redactTextSchema.parse({ text, ...more }));
const choose = (policyId: string) =>
  ctx.ports.store.put(
    tenants,
    { id: 'acme' },
    {
      id: 'acme',
      name: 'Acme',
      status: 'active',
      limits: tenantLimitsSchema.parse({}),
      settings: tenantSettingsSchema.parse({ policyId }),
      createdAt: 0,
    },
  );

describe('policies', () => {
  it('are made, listed with the built-in one, changed with a new version and deleted, each with its audit event', async () => {
    const made = await create({ threshold: 0.7 });
    expect((await listPolicies(ctx, { pageSize: 10 })).items.map(({ id }) => id)).toEqual([made.id, 'default']);
    const changed = await updatePolicy(ctx, { id: made.id, entities: { PERSON: { operator: 'keep' } } });
    expect(changed).toMatchObject({ version: 2, threshold: 0.7, entities: { PERSON: { operator: 'keep' } } });
    await deletePolicy(ctx, { id: made.id });
    await expect(getPolicy(ctx, { id: made.id })).rejects.toMatchObject({ code: 'not_found' });
    const { records } = await ctx.ports.store.query(auditEvents, {});
    expect(records.map(({ data }) => data.action).sort()).toEqual([
      'policy.created',
      'policy.deleted',
      'policy.updated',
    ]);
  });

  it('refuse a misspelt entity type', async () => {
    await expect(create({ entities: { PERSONN: { operator: 'keep' } } })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('keep the built-in policy and the one in use', async () => {
    const made = await create({});
    await choose(made.id);
    for (const id of [made.id, 'default'])
      await expect(deletePolicy(ctx, { id })).rejects.toMatchObject({ code: 'conflict' });
    await expect(updatePolicy(ctx, { id: 'default', threshold: 1 })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('redactText', () => {
  it('goes by the rules that hold for any document, and by no other', async () => {
    const remove = { operator: { operator: 'remove' } };
    const { id } = await create({
      entities: { EMAIL_ADDRESS: { operator: 'keep' } },
      rules: [
        { documentTypes: ['invoice'], entities: ['EMAIL_ADDRESS'], operator: { operator: 'hash' } },
        { entities: ['EMAIL_ADDRESS'], ...remove },
      ],
    });
    expect((await redact('Write to ada@example.org.', { policyId: id })).text).toBe('Write to .');
  });

  it('redacts by the built-in policy and says what it found and did', async () => {
    const { text, entities } = await redact('On 12 March 2024 card 4111 1111 1111 1111 of Mr. John Smith');
    expect(text).toBe('On 12 March 2024 card **** **** **** 1111 of Mr. <PERSON>');
    expect(entities.map(({ type, operator }) => [type, operator])).toEqual([
      ['DATE_TIME', 'keep'],
      ['CREDIT_CARD', 'mask'],
      ['TITLE', 'keep'],
      ['PERSON', 'replace'],
    ]);
  });

  it("follows the tenant's policy, and the one a call names", async () => {
    const made = await create({ default: { operator: 'remove' } });
    const other = await create({ entities: { EMAIL_ADDRESS: { operator: 'keep' } } });
    await choose(made.id);
    expect((await redact('mail jo@example.org now')).text).toBe('mail  now');
    expect((await redact('mail jo@example.org now', { policyId: other.id })).text).toBe('mail jo@example.org now');
    await expect(redact('x', { policyId: 'pol_none' })).rejects.toMatchObject({ code: 'not_found' });
    await choose('pol_none');
    await expect(redact('x')).rejects.toMatchObject({ code: 'not_configured' });
  });

  it('hashes alike within a tenant and differently across tenants', async () => {
    const hash = { default: { operator: 'hash' } };
    const ours = await create(hash);
    const one = await redact('mail jo@example.org', { policyId: ours.id });
    const two = await redact('mail JO@example.org', { policyId: ours.id });
    const other = contextOf('globex');
    const theirs = await createPolicy(other, createPolicySchema.parse({ name: 'Theirs', ...hash }));
    const three = await redact('mail jo@example.org', { policyId: theirs.id }, other);
    expect(one.text).toMatch(/^mail <EMAIL_ADDRESS:[0-9a-f]{16}>$/);
    expect(two.text).toBe(one.text);
    expect(three.text).not.toBe(one.text);
  });

  it('reads phone numbers by the region given', async () => {
    expect((await redact('ring 020 7946 0958', { region: 'GB' })).text).toBe('ring <PHONE_NUMBER>');
  });
});

describe('versions of a policy', () => {
  const inForce = async (id: string): Promise<number> =>
    (await privacyPolicy({ ports: ctx.ports, clock: ctx.platform.clock }, id)).version;

  it('are kept as they were made, and a draft applies only once it is activated', async () => {
    const { id } = await create({ threshold: 0.7 });
    const draft = await draftPolicy(ctx, { id, threshold: 0.2 });
    expect(draft.version).toBe(2);
    expect(await inForce(id)).toBe(1);
    expect((await getPolicyVersion(ctx, { id, version: 2 })).threshold).toBe(0.2);
    expect((await activatePolicy(ctx, { id, version: 2 })).threshold).toBe(0.2);
    expect(await inForce(id)).toBe(2);
    expect((await updatePolicy(ctx, { id, threshold: 0.3 })).version).toBe(3);
    expect((await activatePolicy(ctx, { id, version: 1 })).threshold).toBe(0.7);
    expect((await draftPolicy(ctx, { id, threshold: 0.4 })).version).toBe(4);
    const listed = await listPolicyVersions(ctx, { id, pageSize: 3 });
    expect(listed.items.map(({ version }) => version)).toEqual([4, 3, 2]);
    expect(listed.nextPageToken).not.toBeNull();
  });

  it('may apply for a time, after which the one before applies again', async () => {
    const { id } = await create({});
    await draftPolicy(ctx, { id, threshold: 0.2 });
    await draftPolicy(ctx, { id, threshold: 0.1 });
    const start = clock.now();
    await activatePolicy(ctx, { id, version: 2, from: start + 1000, to: start + 9000 });
    await activatePolicy(ctx, { id, version: 3, from: start + 2000, to: start + 3000 });
    const seen: number[] = [];
    for (const at of [0, 1000, 2000, 3000, 8999, 9000]) {
      clock.advance(start + at - clock.now());
      seen.push(await inForce(id));
    }
    expect(seen).toEqual([1, 2, 3, 2, 2, 1]);
  });

  it('cannot apply in the past, in no order or without being there', async () => {
    const { id } = await create({});
    const now = clock.now();
    await expect(activatePolicy(ctx, { id, version: 1, to: now })).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(activatePolicy(ctx, { id, version: 9 })).rejects.toMatchObject({ code: 'not_found' });
    await expect(activatePolicy(ctx, { id: 'default', version: 1 })).rejects.toMatchObject({ code: 'conflict' });
    await expect(getPolicyVersion(ctx, { id, version: 9 })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('are compared place by place', async () => {
    const { id } = await create({ entities: { PERSON: { operator: 'hash' } } });
    await updatePolicy(ctx, {
      id,
      threshold: 0.9,
      entities: { EMAIL_ADDRESS: { operator: 'remove' } },
      rules: [{ audiences: ['public'], operator: { operator: 'remove' }, review: false }],
    });
    const { changes } = await diffPolicy(ctx, { id, from: 1, to: 2 });
    expect(changes.map(({ path: at }) => at)).toEqual([
      'threshold',
      'entities.PERSON',
      'entities.EMAIL_ADDRESS',
      'rules.0',
    ]);
    expect(changes[1]).toEqual({ path: 'entities.PERSON', from: { operator: 'hash' }, to: null });
  });

  it('go with the policy', async () => {
    const { id } = await create({});
    await draftPolicy(ctx, { id, threshold: 0.2 });
    await deletePolicy(ctx, { id });
    expect(await ctx.ports.store.count(policyVersions, {})).toBe(0);
  });

  it('are bounded', async () => {
    const { id } = await create({});
    for (let i = 2; i <= 300; i++) await draftPolicy(ctx, { id });
    await expect(draftPolicy(ctx, { id })).rejects.toMatchObject({ code: 'limit_exceeded' });
    await deletePolicy(ctx, { id });
  });
});

describe('trying a policy', () => {
  const attempt = (id: string, input: object) => tryPolicy(ctx, { id, ...tryPolicySchema.parse(input) });

  it('shows what a version would do to a text, and how that differs from what applies', async () => {
    const { id } = await create({ entities: { EMAIL_ADDRESS: { operator: 'keep' } } });
    await draftPolicy(ctx, {
      id,
      entities: { EMAIL_ADDRESS: { operator: 'hash' }, CREDIT_CARD: { operator: 'keep' } },
    });
    const tried = await attempt(id, { version: 2, text: 'mail jo@example.org about 4111 1111 1111 1111' });
    expect(tried).toMatchObject({ policy: { version: 2 }, active: { version: 1 }, total: 1 });
    expect(tried.text).toMatch(/^mail <EMAIL_ADDRESS:[0-9a-f]{16}> about 4111 1111 1111 1111$/);
    expect(tried.changes).toEqual({ added: 1, removed: 1, changed: 0 });
  });

  it('goes by the rules of the artifact, the document type and the audience', async () => {
    const rule = { audiences: ['auditor'], documentTypes: ['invoice'], operator: { operator: 'keep' } };
    const { id } = await create({ rules: [rule] });
    const text = 'mail jo@example.org';
    expect((await attempt(id, { text })).text).toBe('mail <EMAIL_ADDRESS>');
    expect((await attempt(id, { text, audience: 'auditor', documentType: 'invoice' })).text).toBe(text);
    expect((await attempt(id, { text, audience: 'auditor', documentType: 'letter' })).text).toBe(
      'mail <EMAIL_ADDRESS>',
    );
  });

  it('wants either a text or a document, and one that is there', async () => {
    const { id } = await create({});
    expect(tryPolicySchema.safeParse({}).success).toBe(false);
    expect(tryPolicySchema.safeParse({ text: 'x', documentId: 'doc_x' }).success).toBe(false);
    await expect(attempt(id, { documentId: 'doc_x' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(attempt('pol_none', { text: 'x' })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('recognizers of a policy', () => {
  const recognizers = [
    { kind: 'pattern', name: 'staff', type: 'STAFF_NUMBER', pattern: 'HB-[0-9]{4}' },
    { kind: 'dictionary', name: 'vessels', type: 'VESSEL', words: ['Grey Heron'] },
    { kind: 'allow', name: 'ours', words: ['office@harbour.example'] },
  ];

  it('find what only this tenant knows, and leave what it allows', async () => {
    const { id } = await create({ recognizers, entities: { VESSEL: { operator: 'remove' } } });
    const { text } = await redact('HB-1234 berths GREY-HERON; office@harbour.example, jo@example.org', {
      policyId: id,
    });
    expect(text).toBe('<STAFF_NUMBER> berths ; office@harbour.example, <EMAIL_ADDRESS>');
  });

  it('name types that the policy may then treat, and no others', async () => {
    await expect(create({ entities: { VESSEL: { operator: 'keep' } } })).rejects.toMatchObject({
      code: 'invalid_request',
    });
    const { id } = await create({ recognizers });
    const rules = [{ entities: ['STAFF_NUMBER'], operator: { operator: 'hash' as const }, review: false }];
    expect((await updatePolicy(ctx, { id, rules })).rules).toHaveLength(1);
    expect(
      createPolicySchema.safeParse({
        name: 'x',
        recognizers: [{ kind: 'pattern', name: 'a', type: 'A', pattern: '(' }],
      }).success,
    ).toBe(false);
  });
});
