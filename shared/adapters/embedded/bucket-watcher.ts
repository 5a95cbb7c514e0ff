import { type FSWatcher, mkdirSync, watch } from 'node:fs';
import path from 'node:path';
import { tenantIdSchema } from '../../domain/ids.ts';
import { isUnfinishedName } from '../../domain/unfinished-name.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { MessageBus, OutgoingMessage } from '../../ports/message-bus.ts';
import { keySegments } from '../support/object-keys.ts';
import { createTree, derivedGeneration, signatureOf, type Tree } from './object-files.ts';
import { inTransaction, type Migration, openDatabase } from './sqlite.ts';

const MIGRATIONS: readonly Migration[] = [
  {
    id: 1,
    name: 'published objects',
    sql: `CREATE TABLE published (
      tenant TEXT NOT NULL,
      key TEXT NOT NULL,
      generation TEXT NOT NULL,
      PRIMARY KEY (tenant, key)
    ) STRICT, WITHOUT ROWID`,
  },
];

const TOPIC = 'object-finalized';
const BUCKET = 'incoming';
/** Looked at in one pass; the next pass goes on from there. */
const MAX_FILES = 1_000;
const MAX_DEPTH = 10;
/** Messages in one publication. */
const BATCH = 100;
/** Between passes while there is more to see than one pass looks at. */
const BUSY_MS = 100;
interface Candidate {
  tenant: string;
  key: string;
  segments: readonly string[];
  signature: string;
  /** When it was first seen in this state. */
  since: number;
}

interface Seen {
  tenant: string;
  segments: readonly string[];
}

export interface BucketWatcher {
  start(): void;
  stop(): Promise<void>;
  close(): void;
  /** Looks once: for tests, and to begin at once. True when there is more to look at than one pass takes. */
  pass(): Promise<boolean>;
}

/**
 * Turns files that appear in `<root>/buckets/incoming/<tenant>/` into messages on `object-finalized`, as Cloud Storage
 * notifies: attributes `eventType` OBJECT_FINALIZE, `payloadFormat` JSON_API_V1, `bucketId`, `objectId` (the key within the
 * tenant), `objectGeneration`, `eventTime`, `tenantId`; data: JSON of name, bucket, generation, size (a decimal string), updated.
 *
 * A scan at start and every `scanMs` (default 2 s) finds them, sooner where the file system tells of changes. A file is
 * announced once its size and time have stood still for `settleMs` (default 1.5 s); a file that stalls for longer while it is
 * written is announced again, under its new generation, when it has changed. What was announced is remembered in `file` after
 * publishing, so a crash between the two announces again: at least once. Folders whose name is no tenant id, links, names that
 * mark unfinished files, and what lies deeper than 10 folders are passed over; a pass looks at 1,000 files at most.
 */
export function createBucketWatcher(params: {
  root: string;
  file: string;
  bus: MessageBus;
  clock: Clock;
  log: Logger;
  scanMs?: number;
  settleMs?: number;
}): BucketWatcher {
  const { bus, clock, log } = params;
  const scanMs = params.scanMs ?? 2_000;
  const settleMs = params.settleMs ?? 1_500;
  const base = path.join(params.root, 'buckets', BUCKET);
  const db = openDatabase(params.file, MIGRATIONS);
  const find = db.prepare('SELECT generation FROM published WHERE tenant = ? AND key = ?');
  const remember = db.prepare(
    'INSERT INTO published (tenant, key, generation) VALUES (?, ?, ?) ON CONFLICT (tenant, key) DO UPDATE SET generation = excluded.generation',
  );
  const rowsAfter = db.prepare(
    'SELECT tenant, key FROM published WHERE (tenant, key) > (?, ?) ORDER BY tenant, key LIMIT 500',
  );
  const forget = db.prepare('DELETE FROM published WHERE tenant = ? AND key = ?');

  const candidates = new Map<string, Candidate>();
  let walk: AsyncGenerator<Seen> | null = null;
  let forgottenUpTo: [string, string] = ['', ''];
  let running = false;
  let firstRound = true;
  let cancelTimer: (() => void) | null = null;
  let current: Promise<unknown> = Promise.resolve();
  const watchers = new Map<string, FSWatcher>();
  const treeOf = (tenant: string): Tree => createTree(path.join(base, tenant));

  const tenants = async (): Promise<string[]> =>
    (await createTree(base).entries([]))
      .filter((entry) => entry.isDirectory() && tenantIdSchema.safeParse(entry.name).success)
      .map((entry) => entry.name);

  async function* filesIn(tenant: string, folders: readonly string[]): AsyncGenerator<Seen> {
    for (const entry of await treeOf(tenant).entries(folders)) {
      const segments = [...folders, entry.name];
      if (isUnfinishedName(entry.name)) continue;
      if (entry.isFile()) yield { tenant, segments };
      else if (segments.length < MAX_DEPTH) yield* filesIn(tenant, segments);
    }
  }
  async function* everything(): AsyncGenerator<Seen> {
    const found = await tenants();
    listen(found);
    for (const tenant of found) yield* filesIn(tenant, []);
  }

  const isKey = (key: string): boolean => {
    try {
      return keySegments(key).length > 0;
    } catch {
      return false;
    }
  };

  /** Takes note of a file's state; true when it is new or changed. */
  const notice = async ({ tenant, segments }: Seen): Promise<boolean> => {
    const key = segments.join('/');
    if (!isKey(key)) return false;
    const id = `${tenant}/${key}`;
    const stat = await treeOf(tenant).stat(segments);
    if (stat === null) {
      candidates.delete(id);
      return false;
    }
    const signature = signatureOf(stat);
    if (find.get(tenant, key)?.generation === derivedGeneration(signature)) {
      candidates.delete(id);
      return false;
    }
    if (candidates.get(id)?.signature === signature) return false;
    if (candidates.size >= MAX_FILES && !candidates.has(id)) return false;
    candidates.set(id, { tenant, key, segments, signature, since: clock.now() });
    return true;
  };

  /** Goes on with the walk; true when it has not come to its end. */
  const look = async (): Promise<boolean> => {
    walk ??= everything();
    for (let count = 0; count < MAX_FILES && candidates.size < MAX_FILES; count++) {
      const next = await walk.next();
      if (next.done) {
        walk = null;
        return false;
      }
      await notice(next.value);
    }
    return true;
  };

  const messageOf = (candidate: Candidate, size: string): OutgoingMessage => {
    const { tenant, key, signature } = candidate;
    const generation = derivedGeneration(signature);
    const eventTime = new Date(clock.now()).toISOString();
    return {
      topic: TOPIC,
      data: JSON.stringify({ kind: 'storage#object', name: key, bucket: BUCKET, generation, size, updated: eventTime }),
      attributes: {
        eventType: 'OBJECT_FINALIZE',
        payloadFormat: 'JSON_API_V1',
        bucketId: BUCKET,
        objectId: key,
        objectGeneration: generation,
        eventTime,
        tenantId: tenant,
      },
    };
  };

  const announce = async (): Promise<void> => {
    const settled: { candidate: Candidate; message: OutgoingMessage }[] = [];
    for (const candidate of [...candidates.values()]) {
      // Looks again: a file that changed starts to settle anew.
      if (await notice(candidate)) continue;
      if (clock.now() - candidate.since < settleMs || !candidates.has(`${candidate.tenant}/${candidate.key}`)) continue;
      const size = candidate.signature.split('-')[2] ?? '0';
      settled.push({ candidate, message: messageOf(candidate, size) });
    }
    for (let start = 0; start < settled.length; start += BATCH) {
      const batch = settled.slice(start, start + BATCH);
      await bus.publish(batch.map(({ message }) => message));
      inTransaction(db, () => {
        for (const { candidate } of batch)
          remember.run(candidate.tenant, candidate.key, derivedGeneration(candidate.signature));
      });
      for (const { candidate } of batch) candidates.delete(`${candidate.tenant}/${candidate.key}`);
    }
  };

  /** Forgets some of what is there no longer, so that the table does not outgrow the bucket. */
  const tidy = async (): Promise<void> => {
    const rows = rowsAfter.all(...forgottenUpTo).map((row): [string, string] => [String(row.tenant), String(row.key)]);
    const gone: [string, string][] = [];
    for (const [tenant, key] of rows)
      if ((await treeOf(tenant).stat(key.split('/'))) === null) gone.push([tenant, key]);
    if (gone.length > 0)
      inTransaction(db, () => {
        for (const row of gone) forget.run(...row);
      });
    forgottenUpTo = rows.length < 500 ? ['', ''] : (rows.at(-1) ?? ['', '']);
  };

  const pass = async (): Promise<boolean> => {
    const more = await look();
    await announce();
    if (!more) await tidy();
    return more;
  };

  /** Changes in the bucket's and the tenants' own folders bring the next pass forward; deeper ones wait for it. */
  function listen(found: readonly string[]): void {
    for (const folder of [base, ...found.slice(0, 200).map((tenant) => path.join(base, tenant))]) {
      if (!running || watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, { persistent: false }, () => soon(BUSY_MS));
        const drop = (): void => {
          watcher.close();
          watchers.delete(folder);
        };
        watcher.on('error', drop);
        watchers.set(folder, watcher);
      } catch (thrown) {
        // Out of watches, or the folder is gone: the scan finds what appears.
        log.debug('a folder cannot be watched', { folder, error: String(thrown) });
      }
    }
  }

  let nextAt = Number.POSITIVE_INFINITY;
  const soon = (ms: number): void => {
    const at = clock.now() + ms;
    if (!running || at >= nextAt) return;
    cancelTimer?.();
    nextAt = at;
    cancelTimer = clock.after(ms, () => {
      nextAt = Number.POSITIVE_INFINITY;
      cancelTimer = null;
      current = current.then(round);
    });
  };
  const round = async (): Promise<void> => {
    if (!running) return;
    let wait = scanMs;
    try {
      const more = await pass();
      // In the first round, and while files wait to be announced, it does not dawdle.
      if (more && (firstRound || candidates.size > 0)) wait = BUSY_MS;
      else if (candidates.size > 0) wait = Math.min(scanMs, Math.max(BUSY_MS, settleMs / 2));
      if (!more) firstRound = false;
    } catch (thrown) {
      log.error('the incoming bucket could not be scanned; tried again', { error: thrown });
    }
    soon(wait);
  };

  return {
    pass,
    start: () => {
      if (running) return;
      running = true;
      mkdirSync(base, { recursive: true });
      soon(0);
    },
    stop: async () => {
      running = false;
      cancelTimer?.();
      nextAt = Number.POSITIVE_INFINITY;
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
      await current;
    },
    close: () => db.close(),
  };
}
