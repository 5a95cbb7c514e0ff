import type { DatabaseSync } from 'node:sqlite';
import { RectoError } from '../../domain/errors.ts';

/** A message for one subscription. `attempts` includes the delivery under way. */
export interface MessageRow {
  id: number;
  messageId: string;
  topic: string;
  subscription: string;
  orderingKey: string | null;
  data: Uint8Array;
  attributes: Record<string, string>;
  publishedAt: number;
  attempts: number;
}

export interface NewMessageRow extends Omit<MessageRow, 'id'> {
  deliverAt: number;
  /** True when this process delivers it at once. */
  taken: boolean;
}

const COLUMNS = 'id, message_id, topic, subscription, ordering_key, data, attributes, published_at, attempts';

function toRow(row: Record<string, unknown>): MessageRow {
  if (!(row.data instanceof Uint8Array)) throw new RectoError('internal', 'A stored message has no data.');
  const attributes: Record<string, string> = JSON.parse(String(row.attributes));
  return {
    id: Number(row.id),
    messageId: String(row.message_id),
    topic: String(row.topic),
    subscription: String(row.subscription),
    orderingKey: row.ordering_key === null ? null : String(row.ordering_key),
    data: row.data,
    attributes,
    publishedAt: Number(row.published_at),
    attempts: Number(row.attempts),
  };
}

/** The statements over the table of messages; callers run them inside a commit. `instance` names this process. */
export function createMessageRows(db: DatabaseSync, instance: string) {
  const insert = db.prepare(
    'INSERT INTO bus_messages (message_id, topic, subscription, ordering_key, data, attributes, published_at, deliver_at, attempts, taken_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  // Of an ordering key only the eldest may go. What another process took is free: it died, there is one at a time.
  const take = db.prepare(
    `UPDATE bus_messages SET taken_by = ?1, attempts = attempts + 1 WHERE id IN (
       SELECT id FROM bus_messages AS m WHERE subscription = ?2 AND deliver_at <= ?3 AND taken_by IS NOT ?1
         AND (ordering_key IS NULL OR NOT EXISTS (
           SELECT 1 FROM bus_messages AS e WHERE e.subscription = m.subscription AND e.ordering_key = m.ordering_key AND e.id < m.id))
       ORDER BY deliver_at, id LIMIT ?4) RETURNING ${COLUMNS}`,
  );
  const remove = db.prepare('DELETE FROM bus_messages WHERE id = ?');
  const release = db.prepare('UPDATE bus_messages SET taken_by = NULL, deliver_at = ? WHERE id = ?');
  const next = db.prepare(
    'SELECT deliver_at FROM bus_messages WHERE subscription = ? AND deliver_at > ? ORDER BY deliver_at LIMIT 1',
  );
  const counts = db.prepare('SELECT subscription, count(*) AS n FROM bus_messages GROUP BY subscription');
  return {
    insert(row: NewMessageRow): number {
      const { lastInsertRowid } = insert.run(
        row.messageId,
        row.topic,
        row.subscription,
        row.orderingKey,
        row.data,
        JSON.stringify(row.attributes),
        row.publishedAt,
        row.deliverAt,
        row.attempts,
        row.taken ? instance : null,
      );
      return Number(lastInsertRowid);
    },
    take: (subscription: string, now: number, limit: number): MessageRow[] =>
      take
        .all(instance, subscription, now, limit)
        .map(toRow)
        .sort((a, b) => a.id - b.id),
    remove: (id: number) => void remove.run(id),
    release: (id: number, deliverAt: number) => void release.run(deliverAt, id),
    /** When the next message that is not yet due will be. */
    nextDue(subscription: string, now: number): number | null {
      const row = next.get(subscription, now);
      return row === undefined ? null : Number(row.deliver_at);
    },
    counts: (): Map<string, number> => new Map(counts.all().map((row) => [String(row.subscription), Number(row.n)])),
  };
}
