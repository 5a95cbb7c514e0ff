import { utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { undeliverableHandler } from '#functions/subscribers/undeliverable.ts';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { documents } from '../../domain/collections.ts';
import { idSchema } from '../../domain/ids.ts';
import { createSchedule } from '../schedules/create.ts';
import { fireSchedule } from '../schedules/fire.ts';
import { objectArrived } from './object-arrived.ts';

let fixture: UseCaseFixture;
let prefix = '';
let count = 0;
beforeAll(async () => {
  fixture = await createUseCaseFixture();
});
afterAll(() => fixture.close());
beforeEach(() => {
  prefix = `in-${count++}/`;
});

const drop = (name: string) =>
  fixture.ctx.ports.objects.put({
    bucket: 'incoming',
    key: prefix + name,
    body: Buffer.from(`dropped ${prefix}`),
    mediaType: 'text/plain',
  });
const arrive = (name: string) => objectArrived(fixture.ctx, { bucket: 'incoming', key: prefix + name });
const tick = async () => {
  const { id } = await createSchedule(fixture.ctx, {
    name: 'tick',
    cron: '0 0 * * *',
    timeZone: 'UTC',
    enabled: true,
    target: { kind: 'ingest-prefix', prefix },
  });
  return fireSchedule(fixture.ctx, { scheduleId: id, scheduledFor: new Date().toISOString() });
};

describe('a dropped file', () => {
  it('is not copied again by a schedule that sees it, so that a step which reads it is not disturbed', async () => {
    await drop('a.txt');
    const taken = await arrive('a.txt');
    const source = { bucket: 'documents', key: `${taken?.document.id}/source` } as const;
    const before = await fixture.ctx.ports.objects.head(source);
    expect(await tick()).toEqual([]);
    expect((await fixture.ctx.ports.objects.head(source))?.generation).toBe(before?.generation);
  });

  it('is left alone by a schedule while its name, or its folder, says that it is not finished', async () => {
    for (const name of ['a.txt.part', '.hidden', 'b.txt~', '.rsync/c.txt']) await drop(name);
    await drop('whole.txt');
    expect(await tick()).toHaveLength(1);
  });

  it('has a proper document id even when its time is before 1970', async () => {
    await drop('old.txt');
    const file = path.join(fixture.folder, 'buckets/incoming/acme', prefix, 'old.txt');
    writeFileSync(file, 'written by hand');
    utimesSync(file, -86_400, -86_400);
    const taken = await arrive('old.txt');
    expect(idSchema('document').safeParse(taken?.document.id).success).toBe(true);
  });

  it('that could not be taken in in all its tries leaves a failed document, not a line in a log alone', async () => {
    await drop('a.txt');
    const attributes = {
      eventType: 'OBJECT_FINALIZE',
      bucketId: 'incoming',
      objectId: `${prefix}a.txt`,
      tenantId: 'acme',
      CloudPubSubDeadLetterSourceSubscription: 'object-finalized-push',
    };
    const message = { messageId: 'm', data: '', attributes, publishTime: new Date(0).toISOString() };
    const handle = undeliverableHandler(fixture.platform, fixture.engine);
    const signal = new AbortController().signal;
    await handle({ message, subscription: 'undeliverable-push' }, signal);
    await handle({ message, subscription: 'undeliverable-push' }, signal);
    const { records } = await fixture.ctx.ports.store.query(documents, { limit: 1000 });
    const left = records.filter(({ data }) => data.metadata.key === `${prefix}a.txt`);
    expect(left.map(({ data }) => [data.status, data.error?.code])).toEqual([['failed', 'overloaded']]);
  });
});
