import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEnginePlatform } from '#tests/support/engine-platform.ts';
import { putDocument } from '#tests/support/put-document.ts';
import { systemClock } from '../adapters/embedded/clock.ts';
import { openKeyRing } from '../adapters/embedded/key-ring.ts';
import { createMailbox } from '../adapters/embedded/mailbox.ts';
import { createSecretStore } from '../adapters/embedded/secret-store.ts';
import { auditEvents, webhookDeliveries } from '../domain/collections.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Engine } from '../engine/engine-api.ts';
import type { StepContext, StepInput } from '../engine/step.ts';
import type { Platform, TenantPorts } from '../ports/platform.ts';
import type { UseCaseContext } from '../usecases/context.ts';
import { createWebhook } from '../usecases/webhooks/create.ts';
import { deleteWebhook } from '../usecases/webhooks/delete.ts';
import { getWebhook } from '../usecases/webhooks/get.ts';
import { listDeliveries } from '../usecases/webhooks/list-deliveries.ts';
import { retryDelivery } from '../usecases/webhooks/retry-delivery.ts';
import { rotateWebhookSecret } from '../usecases/webhooks/rotate-secret.ts';
import { testWebhook } from '../usecases/webhooks/test-delivery.ts';
import { updateWebhook } from '../usecases/webhooks/update.ts';
import { webhookStep } from './webhook.ts';

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

const folder = mkdtempSync(path.join(tmpdir(), 'recto-webhook-step-'));
const received: Received[] = [];
let answer: { status: number; headers: Record<string, string> } = { status: 200, headers: {} };
let receiver: Server;
let url = '';
let ctx: UseCaseContext;
let count = 0;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(answer.status, answer.headers).end('noted');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  url = `http://127.0.0.1:${address.port}/hook`;
});
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  received.length = 0;
  answer = { status: 200, headers: {} };
  const clock = systemClock;
  const base = createEnginePlatform({ clock, file: path.join(folder, `${++count}.db`), kinds: ['webhook'] }).platform;
  const secrets = createSecretStore({
    file: path.join(folder, `${count}-secrets.db`),
    ring: openKeyRing(path.join(folder, 'keys')),
  });
  const mailbox = createMailbox({ clock, allowPrivate: true });
  const ports: TenantPorts = { ...base.forTenant('acme'), secrets: secrets.forOwner('acme') };
  const platform: Platform = { ...base, mailbox, forTenant: () => ports };
  const engine: Engine = Object.create(null);
  ctx = {
    platform,
    engine,
    ports,
    principal: { kind: 'apiKey', id: 'key_1', tenantId: 'acme', scopes: ['webhooks:manage'] },
    requestId: 'req_1',
  };
  await putDocument(ports.store, { id: 'doc_1', status: 'ready' });
});

const EVENT: JsonObject = {
  specversion: '1.0',
  id: 'evt_1',
  source: '/v1/documents/doc_1',
  type: 'document.processed',
  subject: 'doc_1',
  time: '2026-01-01T00:00:00.000Z',
  datacontenttype: 'application/json',
  tenantid: 'acme',
  data: { documentId: 'doc_1', runId: 'run_1' },
};
const input: StepInput = { run: { event: EVENT }, documentId: 'doc_1', config: {}, outputs: {} };

const stepContext = (attempt = 1): StepContext => ({
  ports: ctx.ports,
  converter: ctx.platform.converter,
  media: ctx.platform.media,
  inference: ctx.platform.inference,
  mailbox: ctx.platform.mailbox,
  clock: ctx.platform.clock,
  log: ctx.platform.log,
  metrics: ctx.platform.metrics,
  runId: 'run_notify',
  stepId: 'webhook',
  attempt,
  signal: new AbortController().signal,
  idempotencyKey: 'acme/run_notify/webhook/0',
  runCreatedAt: 0,
});

const newEndpoint = (eventTypes: ('document.processed' | 'document.failed')[] = []) =>
  createWebhook(ctx, { url, eventTypes, enabled: true });
const deliver = (webhookId: string, attempt = 1) =>
  webhookStep.runPart(stepContext(attempt), input, { index: 0, input: { webhookId } });

describe('the webhook step', () => {
  it('keeps no log of what it told of a document that was erased meanwhile', async () => {
    const { id } = await newEndpoint();
    await putDocument(ctx.ports.store, { id: 'doc_1', status: 'erasing' });
    await deliver(id);
    expect(received).toHaveLength(1);
    expect((await ctx.ports.store.query(webhookDeliveries, { limit: 10 })).records).toEqual([]);
  });

  it('plans one part for each enabled endpoint that asked for the event', async () => {
    const all = await newEndpoint();
    const wanted = await newEndpoint(['document.processed']);
    await newEndpoint(['document.failed']);
    const off = await newEndpoint();
    await updateWebhook(ctx, { id: off.id, enabled: false });
    const plan = await webhookStep.plan(stepContext(), input);
    expect(plan).toHaveLength(2);
    expect(plan).toEqual(expect.arrayContaining([{ webhookId: all.id }, { webhookId: wanted.id }]));
  });

  it('delivers what the Standard Webhooks library verifies, and logs it', async () => {
    const { id, secret } = await newEndpoint();
    await deliver(id);
    const [got] = received;
    expect(
      new Webhook(secret).verify(
        got?.body ?? '',
        Object.fromEntries(Object.entries(got?.headers ?? {}).map(([name, value]) => [name, String(value)])),
      ),
    ).toEqual(EVENT);
    const { items } = await listDeliveries(ctx, { pageSize: 10, webhookId: id });
    expect(items).toMatchObject([
      { status: 'delivered', documentId: 'doc_1', tries: [{ status: 200, bodyStart: 'noted' }] },
    ]);
  });

  it('keeps one delivery id through all tries, and does not repeat a delivery that was taken', async () => {
    const { id } = await newEndpoint();
    answer = { status: 503, headers: { 'retry-after': '7' } };
    await expect(deliver(id)).rejects.toMatchObject({ code: 'delivery_failed', class: 'transient', retryAfter: 7 });
    answer = { status: 200, headers: {} };
    await deliver(id, 2);
    await deliver(id, 3);
    expect(received).toHaveLength(2);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    const { items } = await listDeliveries(ctx, { pageSize: 10 });
    expect(items).toMatchObject([{ status: 'delivered', tries: [{ status: 503 }, { status: 200 }] }]);
  });

  it('counts a delivery as failed once its tries are used up', async () => {
    const { id } = await newEndpoint();
    answer = { status: 500, headers: {} };
    await expect(deliver(id, webhookStep.maxAttempts)).rejects.toMatchObject({ code: 'delivery_failed' });
    expect((await listDeliveries(ctx, { pageSize: 10 })).items[0]?.status).toBe('failed');
  });

  it('turns an endpoint off that answers 410 and tries no more', async () => {
    const { id } = await newEndpoint();
    answer = { status: 410, headers: {} };
    await expect(deliver(id)).rejects.toMatchObject({ code: 'delivery_failed', class: 'permanent' });
    expect((await getWebhook(ctx, { id })).enabled).toBe(false);
    expect((await deliver(id, 2)).output).toEqual({ deliveryId: null });
  });

  it('delivers nothing to a private address', async () => {
    const { id } = await newEndpoint();
    const strict = { ...stepContext(), mailbox: createMailbox({ clock: ctx.platform.clock }) };
    await expect(webhookStep.runPart(strict, input, { index: 0, input: { webhookId: id } })).rejects.toMatchObject({
      code: 'url_not_allowed',
    });
    expect(received).toEqual([]);
    expect((await listDeliveries(ctx, { pageSize: 10 })).items[0]?.status).toBe('failed');
  });
});

describe('webhook use cases', () => {
  it('refuse a private address when the endpoint is made', async () => {
    const strict = { ...ctx, platform: { ...ctx.platform, mailbox: createMailbox({ clock: ctx.platform.clock }) } };
    await expect(createWebhook(strict, { url, eventTypes: [], enabled: true })).rejects.toMatchObject({
      code: 'url_not_allowed',
    });
  });

  it('show the secret once, and sign with old and new after a rotation', async () => {
    const { id, secret } = await newEndpoint();
    expect(await getWebhook(ctx, { id })).not.toHaveProperty('secretName');
    const rotation = await rotateWebhookSecret(ctx, { id });
    expect(await testWebhook(ctx, { id })).toMatchObject({ status: 'delivered', eventType: 'webhook.test' });
    const headers = Object.fromEntries(
      Object.entries(received[0]?.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    for (const each of [secret, rotation.secret])
      expect(() => new Webhook(each).verify(received[0]?.body ?? '', headers)).not.toThrow();
  });

  it('send a delivery again with the same id and bytes', async () => {
    const { id } = await newEndpoint();
    answer = { status: 500, headers: {} };
    const failed = await testWebhook(ctx, { id });
    expect(failed.status).toBe('failed');
    answer = { status: 204, headers: {} };
    const again = await retryDelivery(ctx, { webhookId: id, deliveryId: failed.id });
    expect(again).toMatchObject({ id: failed.id, status: 'delivered' });
    expect(received[1]?.body).toBe(received[0]?.body);
    expect(received[1]?.headers['webhook-id']).toBe(received[0]?.headers['webhook-id']);
  });

  it('leave an audit event for every change, and no secret when the endpoint is gone', async () => {
    const { id } = await newEndpoint();
    await updateWebhook(ctx, { id, enabled: false });
    await deleteWebhook(ctx, { id });
    const { records } = await ctx.ports.store.query(auditEvents, {
      orderBy: [{ field: 'occurredAt', direction: 'desc' }],
    });
    expect(records.map(({ data }) => data.action).sort()).toEqual([
      'webhook.created',
      'webhook.deleted',
      'webhook.updated',
    ]);
    expect(await ctx.ports.secrets.get(`webhook.${id}`)).toBeNull();
    await expect(getWebhook(ctx, { id })).rejects.toMatchObject({ code: 'not_found' });
    expect(await ctx.ports.store.count(webhookDeliveries, {})).toBe(0);
  });
});
