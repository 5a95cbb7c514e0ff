import { expect, test } from 'vitest';
import { readStepMessage } from '../shared/engine/work-records.ts';
import { STEP_MESSAGE_SCHEMA } from './message-schemas.ts';

test('the schema of step messages takes what the engine reads', () => {
  const example = { tenantId: 'demo', workId: 'w', dispatch: 3 };
  const data = Buffer.from(JSON.stringify(example)).toString('base64');
  const message = { messageId: '1', data, attributes: {}, publishTime: '2026-01-01T00:00:00Z' };
  const read = readStepMessage({ message, subscription: 's' });
  expect(Object.keys(read).sort()).toEqual(STEP_MESSAGE_SCHEMA.fields.map(({ name }) => name).sort());
});
