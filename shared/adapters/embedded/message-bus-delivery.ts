import { Agent } from 'undici';
import type { Clock } from '../../ports/clock.ts';
import type { PushEnvelope } from '../../ports/message-bus.ts';
import type { MessageRow } from './message-bus-rows.ts';

const PROJECT = 'local';

/** What Pub/Sub POSTs for the message. */
export function toEnvelope(row: MessageRow): PushEnvelope {
  return {
    message: {
      messageId: row.messageId,
      data: Buffer.from(row.data.buffer, row.data.byteOffset, row.data.byteLength).toString('base64'),
      attributes: row.attributes,
      publishTime: new Date(row.publishedAt).toISOString(),
      ...(row.orderingKey === null ? {} : { orderingKey: row.orderingKey }),
    },
    subscription: `projects/${PROJECT}/subscriptions/${row.subscription}`,
    deliveryAttempt: row.attempts,
  };
}

/** The attributes that Pub/Sub adds when it forwards a message to a dead-letter topic. */
export const deadLetterAttributes = (row: MessageRow, problem: string): Record<string, string> => ({
  ...row.attributes,
  CloudPubSubDeadLetterSourceSubscription: row.subscription,
  CloudPubSubDeadLetterSourceSubscriptionProject: PROJECT,
  CloudPubSubDeadLetterSourceDeliveryCount: String(row.attempts),
  CloudPubSubDeadLetterSourceTopicPublishTime: new Date(row.publishedAt).toISOString(),
  CloudPubSubDeadLetterSourceDeliveryErrorMessage: problem.slice(0, 500),
});

export interface Courier {
  /** False while there is no handler at the path: its process is starting. */
  reaches(path: string): boolean;
  /** Null when the handler acknowledged (2xx), else what went wrong. Never rejects. */
  deliver(path: string, row: MessageRow, ackDeadlineMs: number): Promise<string | null>;
  /** Ends the requests under way; those deliveries fail. */
  close(): Promise<void>;
}

/** Origin of the handler at a path; null while there is none (its process is starting). */
export type HandlerOrigin = (path: string) => string | null;

/** Delivers over HTTP with kept-alive connections. `token` is what the handlers expect of the bus. */
export function createCourier(originOf: HandlerOrigin, token: string, clock: Clock): Courier {
  const agent = new Agent({ pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  return {
    reaches: (path) => originOf(path) !== null,
    async deliver(path, row, ackDeadlineMs) {
      const origin = originOf(path);
      if (origin === null) return 'the handler is not up';
      const controller = new AbortController();
      const cancel = clock.after(ackDeadlineMs, () => controller.abort(new Error('no answer within the ack deadline')));
      try {
        const body = JSON.stringify(toEnvelope(row));
        const answer = await agent.request({ origin, path, method: 'POST', headers, body, signal: controller.signal });
        await answer.body.dump();
        return answer.statusCode >= 200 && answer.statusCode < 300 ? null : `the handler answered ${answer.statusCode}`;
      } catch (thrown) {
        return thrown instanceof Error ? thrown.message : String(thrown);
      } finally {
        cancel();
      }
    },
    close: () => agent.destroy(),
  };
}
