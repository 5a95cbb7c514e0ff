import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putDocument } from '#tests/support/put-document.ts';
import { redactLines } from '#tests/support/redact-lines.ts';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { documents, policies, policyVersions } from '../../domain/collections.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Scope } from '../../domain/principal.ts';
import { DEFAULT_POLICY } from '../../domain/redaction/default-policy.ts';
import { indexStep } from '../../steps/index-text.ts';
import { exportDocument } from './export.ts';

const DOCUMENT = 'doc_for_audiences';
const RUN = 'run_for_audiences';
const LINES = [
  'Invoice number: INV-2031',
  'E-mail: quayside@hidden.example',
  'Card: 4111 1111 1111 1111',
  'Website: https://harbour.example/prices',
];
const rule = (over: Partial<Policy['rules'][number]>): Policy['rules'][number] => ({
  operator: { operator: 'keep' },
  review: false,
  ...over,
});
const POLICY: Policy = {
  ...DEFAULT_POLICY,
  id: 'policy_audiences',
  rules: [
    rule({ audiences: ['auditor'], artifacts: ['export'], entities: ['EMAIL_ADDRESS', 'CREDIT_CARD'] }),
    rule({ audiences: ['public'], entities: ['URL'], operator: { operator: 'remove' } }),
    rule({ artifacts: ['index'], entities: ['EMAIL_ADDRESS'] }),
    rule({ artifacts: ['pdf'], entities: ['MAC_ADDRESS'], operator: { operator: 'remove' } }),
    rule({ entities: ['MAC_ADDRESS'] }),
  ],
};

let fixture: UseCaseFixture;

beforeAll(async () => {
  fixture = await createUseCaseFixture();
  const { store } = fixture.ctx.ports;
  await putDocument(store, { id: DOCUMENT, runId: RUN });
  await store.create(policies, { id: POLICY.id }, POLICY);
  await store.create(
    policyVersions,
    { id: `${POLICY.id}@1` },
    { policyId: POLICY.id, version: 1, policy: POLICY, createdAt: 0 },
  );
  await redactLines(fixture, { documentId: DOCUMENT, runId: RUN, lines: LINES, policyId: POLICY.id });
});
afterAll(() => fixture.close());

const ALL = ['documents:read', 'documents:original'] satisfies Scope[];
const LITTLE = ['documents:read'] satisfies Scope[];

async function exported(audience: string | undefined, scopes: readonly Scope[], original = false): Promise<string> {
  const ctx = { ...fixture.ctx, principal: { ...fixture.ctx.principal, scopes } };
  const chunks: Uint8Array[] = [];
  const { body } = await exportDocument(ctx, { documentId: DOCUMENT, format: 'json', original, audience });
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

describe('an export for an audience', () => {
  it('shows whoever may see the originals what the policy keeps for it', async () => {
    const shown = await exported('auditor', ALL);
    for (const value of ['INV-2031', 'quayside@hidden.example', '4111 1111 1111 1111', 'harbour.example'])
      expect(shown, value).toContain(value);
    expect(JSON.parse(shown)).toMatchObject({ redacted: true });
  });

  it('never shows anybody else more than the redacted artifacts do', async () => {
    const shown = await exported('auditor', LITTLE);
    expect(shown).not.toMatch(/quayside|4111 1111/);
    expect(shown).toContain('harbour.example');
  });

  it('hides more from an audience for which the policy takes out more', async () => {
    expect(await exported(undefined, LITTLE)).toContain('harbour.example');
    for (const scopes of [ALL, LITTLE]) {
      const shown = await exported('public', scopes);
      expect(shown).not.toMatch(/harbour\.example|quayside|4111 1111/);
      expect(shown).toContain('INV-2031');
    }
  });

  it('tells nobody else more of the names than is told elsewhere, where the PDF hides more than the text', async () => {
    const { store } = fixture.ctx.ports;
    const before = await store.get(documents, { id: DOCUMENT });
    if (before === null) throw new Error('no document');
    await store.put(documents, { id: DOCUMENT }, { ...before.data, filename: 'berth 00-1B-44-11-3A-B7.pdf' });
    await redactLines(fixture, { documentId: DOCUMENT, runId: RUN, lines: LINES, policyId: POLICY.id });
    expect(await exported('auditor', ALL)).toContain('00-1B-44-11-3A-B7');
    expect(await exported(undefined, LITTLE)).not.toContain('00-1B-44-11-3A-B7');
    const shown = await exported('auditor', LITTLE);
    expect(shown).not.toContain('00-1B-44-11-3A-B7');
    expect(shown).toContain('berth');
  });

  it('has no tables of the pages, which an original has', async () => {
    expect(await exported(undefined, ALL, true)).toContain('quayside');
    expect(await exported('public', ALL, true)).not.toContain('quayside');
  });
});

it('search shows what the policy keeps for search alone', async () => {
  const ctx = fixture.stepContext({ runId: RUN, stepId: 'index' });
  await indexStep.run(ctx, { run: {}, documentId: DOCUMENT, config: {}, outputs: {} });
  const { search } = fixture.ctx.ports;
  expect((await search.search({ query: 'quayside', filters: [], pageSize: 1 })).total).toBe(1);
  expect((await search.search({ query: '4111', filters: [], pageSize: 1 })).total).toBe(0);
  expect(await exported(undefined, LITTLE)).not.toContain('quayside');
});
