import type { DatabaseSync } from 'node:sqlite';
import { RectoError } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { MessageBus, OutgoingMessage, SubscriptionDef } from '../../ports/message-bus.ts';
import type { Metrics } from '../../ports/metrics.ts';
import { checkMessages } from '../support/limits.ts';
import { type Courier, createCourier, deadLetterAttributes, type HandlerOrigin } from './message-bus-delivery.ts';
import { createMessageRows, type MessageRow, type NewMessageRow } from './message-bus-rows.ts';
import type { CommitQueue } from './sqlite-commits.ts';

export interface EmbeddedMessageBus extends MessageBus {
  /** Begins delivering to the handlers at the origin, one for all or one by path. */
  start(origin: string | HandlerOrigin, onDelivered?: () => void): void;
  /** Delivers no more, waits for answers up to `graceMs`; what is not acknowledged comes again after the next start. */
  stop(graceMs?: number): Promise<void>;
  /** Messages not yet acknowledged, by subscription. */
  backlog(): ReadonlyMap<string, number>;
}

/** As Pub/Sub keeps what nobody acknowledges. */
const RETENTION_MS = 7 * 24 * 3600 * 1000;
const STORAGE_RETRY_MS = 1000;
const LOOK_MS = 2000;
/** While a handler's process starts, how often its line looks whether it is up. */
const NOT_UP_MS = 200;

interface Line {
  def: SubscriptionDef;
  inFlight: number;
  /** There may be due messages that nobody has taken. */
  backlog: boolean;
  pumping: boolean;
  timer: { at: number; cancel: () => void } | null;
}

/**
 * Topics on a SQLite table whose dispatcher POSTs the Pub/Sub push envelope over HTTP. A message is durable when `publish`
 * resolves; its attempt is recorded before it is delivered, so that one which kills the process runs out of attempts too.
 * After a restart, what was in flight is delivered again at once.
 */
export function createMessageBus(params: {
  db: DatabaseSync;
  commits: CommitQueue;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  topics: readonly string[];
  subscriptions: readonly SubscriptionDef[];
  /** Sent as the bearer token of every delivery; the handlers refuse others. */
  token: string;
  random?: () => number;
}): EmbeddedMessageBus {
  const { commits, clock, log, metrics } = params;
  const random = params.random ?? Math.random;
  const rows = createMessageRows(params.db, crypto.randomUUID());
  const lines = new Map<string, Line[]>(params.topics.map((topic) => [topic, []]));
  for (const def of params.subscriptions)
    lines.get(def.topic)?.push({ def, inFlight: 0, backlog: true, pumping: false, timer: null });
  const allLines = [...lines.values()].flat();
  let courier: Courier | null = null;
  let stopping = false;
  let heard = (): void => undefined;

  function wakeAt(line: Line, at: number): void {
    if (stopping || (line.timer !== null && line.timer.at <= at)) return;
    line.timer?.cancel();
    const cancel = clock.after(Math.max(0, at - clock.now()), () => {
      line.timer = null;
      line.backlog = true;
      pump(line);
    });
    line.timer = { at, cancel };
  }

  /** Takes due messages as long as there are any and room for them. */
  function pump(line: Line): void {
    if (line.pumping || stopping || courier === null) return;
    line.pumping = true;
    takeAll(line)
      .catch((thrown) => {
        log.warn('messages could not be taken for delivery', { subscription: line.def.name, error: String(thrown) });
        wakeAt(line, clock.now() + STORAGE_RETRY_MS);
      })
      .finally(() => {
        line.pumping = false;
        // A message may have arrived after the last look.
        if (line.backlog && line.inFlight < line.def.concurrency) pump(line);
      });
  }

  async function takeAll(line: Line): Promise<void> {
    const { name, concurrency } = line.def;
    while (line.backlog && line.inFlight < concurrency && !stopping) {
      const room = concurrency - line.inFlight;
      line.backlog = false;
      // Left where they are: a process that starts, again and again even, uses up no message's attempts.
      if (courier?.reaches(line.def.path) === false) return wakeAt(line, clock.now() + NOT_UP_MS);
      const taken = await commits.run(() => rows.take(name, clock.now(), room));
      if (taken.length === room) line.backlog = true;
      for (const row of taken) deliver(line, row);
    }
    const due = rows.nextDue(name, clock.now());
    // Another process on the same database may publish too; this one only sees it by looking.
    wakeAt(line, Math.min(due ?? Number.POSITIVE_INFINITY, clock.now() + LOOK_MS));
  }

  function deliver(line: Line, row: MessageRow): void {
    line.inFlight += 1;
    const { def } = line;
    const work =
      courier === null ? Promise.resolve('stopped') : courier.deliver(def.path, row, def.ackDeadlineSeconds * 1000);
    void work.then((problem) => {
      line.inFlight -= 1;
      metrics.increment('recto_bus_deliveries_total', {
        subscription: def.name,
        outcome: problem === null ? 'acknowledged' : 'failed',
      });
      if (!stopping || problem === null) settle(line, row, problem);
      if (line.backlog) pump(line);
      heard();
    });
  }

  /** Records the outcome; until that succeeds the message stays with this process. */
  function settle(line: Line, row: MessageRow, problem: string | null): void {
    const { def } = line;
    const now = clock.now();
    const exhausted = def.deadLetterTopic !== null && row.attempts >= def.maxDeliveryAttempts;
    const dropped = def.deadLetterTopic === null && now - row.publishedAt > RETENTION_MS;
    const ceiling = Math.min(def.maxBackoffSeconds, def.minBackoffSeconds * 2 ** (row.attempts - 1)) * 1000;
    // The table takes whole milliseconds only.
    const deliverAt = Math.round(
      now + def.minBackoffSeconds * 500 + random() * (ceiling - def.minBackoffSeconds * 500),
    );
    const forwarded = problem !== null && exhausted ? forward(def, row, problem, now) : [];
    commits
      .run(() => {
        if (problem === null || exhausted || dropped) rows.remove(row.id);
        else rows.release(row.id, deliverAt);
        for (const { row: next } of forwarded) rows.insert(next);
      })
      .then(() => {
        if (problem !== null)
          log.warn(exhausted || dropped ? 'a message could not be delivered' : 'a delivery failed and is repeated', {
            subscription: def.name,
            messageId: row.messageId,
            attempt: row.attempts,
            error: problem,
          });
        for (const { line: next } of forwarded) {
          next.backlog = true;
          pump(next);
        }
        if (problem !== null && !exhausted && !dropped) wakeAt(line, deliverAt);
        if (row.orderingKey !== null) {
          line.backlog = true;
          pump(line);
        }
      })
      .catch((thrown) => {
        log.warn('the outcome of a delivery could not be stored', { subscription: def.name, error: String(thrown) });
        if (!stopping) clock.after(STORAGE_RETRY_MS, () => settle(line, row, problem));
      });
  }

  function forward(def: SubscriptionDef, row: MessageRow, problem: string, now: number) {
    const topic = def.deadLetterTopic ?? '';
    return (lines.get(topic) ?? []).map((line) => ({
      line,
      row: {
        ...row,
        topic,
        subscription: line.def.name,
        attributes: deadLetterAttributes(row, problem),
        orderingKey: null,
        publishedAt: now,
        deliverAt: now,
        attempts: 0,
        taken: false,
      },
    }));
  }

  async function publish(messages: readonly OutgoingMessage[]): Promise<string[]> {
    checkMessages(messages);
    const now = clock.now();
    const ids: string[] = [];
    const direct: { line: Line; row: NewMessageRow; id: number }[] = [];
    const queued: { line: Line; row: NewMessageRow }[] = [];
    for (const message of messages) {
      const targets = lines.get(message.topic);
      if (targets === undefined)
        throw new RectoError('not_found', `There is no topic ${message.topic}. Topics are declared in the manifest.`);
      const messageId = newId('message', now);
      ids.push(messageId);
      const data = typeof message.data === 'string' ? new TextEncoder().encode(message.data) : message.data;
      for (const line of targets) {
        const delay = message.delayMs ?? 0;
        const row = {
          messageId,
          topic: message.topic,
          subscription: line.def.name,
          orderingKey: message.orderingKey ?? null,
          data,
          attributes: { ...message.attributes },
          publishedAt: now,
          deliverAt: Math.round(now + delay),
        };
        // With room and nobody waiting, the message is taken in the very transaction that stores it.
        const up = courier?.reaches(line.def.path) === true;
        const room = up && !stopping && !line.backlog && line.inFlight < line.def.concurrency;
        if (room && delay <= 0 && message.orderingKey === undefined) {
          line.inFlight += 1;
          direct.push({ line, row: { ...row, attempts: 1, taken: true }, id: 0 });
        } else queued.push({ line, row: { ...row, attempts: 0, taken: false } });
      }
    }
    try {
      await commits.run(() => {
        for (const entry of direct) entry.id = rows.insert(entry.row);
        for (const entry of queued) rows.insert(entry.row);
      });
    } finally {
      for (const { line } of direct) line.inFlight -= 1;
    }
    for (const { line, row, id } of direct) deliver(line, { ...row, id });
    for (const { line, row } of queued) {
      if (row.deliverAt > now) wakeAt(line, row.deliverAt);
      else line.backlog = true;
      pump(line);
    }
    return ids;
  }

  const pumpAll = (): void => {
    for (const line of allLines) {
      line.backlog = true;
      pump(line);
    }
  };

  return {
    publish,
    start: (origin, onDelivered) => {
      heard = onDelivered ?? heard;
      if (courier !== null) throw new RectoError('internal', 'The message bus was started already.');
      courier = createCourier(typeof origin === 'string' ? () => origin : origin, params.token, clock);
      pumpAll();
    },
    stop: async (graceMs = 5000) => {
      stopping = true;
      for (const line of allLines) line.timer?.cancel();
      const until = clock.now() + graceMs;
      while (allLines.some((line) => line.inFlight > 0) && clock.now() < until) await clock.sleep(20);
      await courier?.close();
      commits.flush();
    },
    backlog: () => rows.counts(),
  };
}
