import path from 'node:path';
import { onTestFinished } from 'vitest';
import { createLogger } from '#shared/adapters/embedded/logger.ts';
import { createMessageBus } from '#shared/adapters/embedded/message-bus.ts';
import { createMetrics } from '#shared/adapters/embedded/metrics.ts';
import { MESSAGE_BUS_SQL } from '#shared/adapters/embedded/migrations/message-bus.ts';
import { openDatabase } from '#shared/adapters/embedded/sqlite.ts';
import { createCommitQueue } from '#shared/adapters/embedded/sqlite-commits.ts';
import type { Clock } from '#shared/ports/clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface RecordedMessage {
  topic: string;
  attributes: Record<string, string>;
  data: string;
}

/** The embedded bus, not delivering: `published` gives what lies in it, in order. */
export function createRecordedBus(clock: Clock, topics: readonly string[]) {
  const db = openDatabase(path.join(temporaryFolder(), 'bus.db'), [{ id: 1, name: 'bus', sql: MESSAGE_BUS_SQL }]);
  onTestFinished(() => db.close());
  const log = createLogger({ level: 'error', clock });
  const bus = createMessageBus({
    db,
    commits: createCommitQueue(db),
    clock,
    log,
    metrics: createMetrics({ processMetrics: false }),
    topics,
    subscriptions: topics.map((topic) => ({
      name: `${topic}-push`,
      topic,
      path: `/${topic}`,
      ackDeadlineSeconds: 10,
      maxDeliveryAttempts: 5,
      minBackoffSeconds: 1,
      maxBackoffSeconds: 10,
      deadLetterTopic: null,
      concurrency: 1,
    })),
    token: 'test',
  });
  const select = db.prepare('SELECT topic, attributes, data FROM bus_messages ORDER BY id');
  const published = (): RecordedMessage[] =>
    select.all().map((row) => ({
      topic: String(row.topic),
      attributes: JSON.parse(String(row.attributes)),
      data: row.data instanceof Uint8Array ? new TextDecoder().decode(row.data) : '',
    }));
  return { bus, published, log };
}
