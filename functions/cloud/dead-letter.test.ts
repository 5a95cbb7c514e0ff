import { afterAll, beforeAll, expect, test } from 'vitest';
import { RectoError } from '#shared/domain/errors.ts';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { bury } from './dead-letter.ts';

let fixture: UseCaseFixture;
beforeAll(async () => {
  fixture = await createUseCaseFixture();
});
afterAll(() => fixture.close());

test('a message with as many attributes as it may have, and a long reason, is put aside within the limits of the bus', async () => {
  const attributes = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`k${n}`, 'v']));
  const message = { messageId: 'm', data: 'eA==', attributes, publishTime: '' };
  const error = new RectoError('invalid_request', '€'.repeat(1000));
  await bury(fixture.platform, '/_push/steps/ocr', { message, subscription: 'step-ocr-push' }, error);
  expect(fixture.platform.bus.backlog().get('undeliverable-push')).toBe(1);
});
