/** One row a message and subscription, deleted when acknowledged. */
export const MESSAGE_BUS_SQL = `
CREATE TABLE bus_messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id TEXT NOT NULL,
  topic TEXT NOT NULL,
  subscription TEXT NOT NULL,
  ordering_key TEXT,
  data BLOB NOT NULL,
  attributes TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  deliver_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  -- The process that is delivering it; another process (the one after a restart) takes no notice of it.
  taken_by TEXT
) STRICT;
CREATE INDEX bus_due ON bus_messages (subscription, deliver_at, id);
CREATE INDEX bus_ordered ON bus_messages (subscription, ordering_key, id) WHERE ordering_key IS NOT NULL;
`;
