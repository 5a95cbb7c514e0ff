import { describe, expect } from 'vitest';
import type { MessageBus, PushEnvelope } from '#shared/ports/message-bus.ts';
import type { ManualClock } from '../support/manual-clock.ts';
import { NO_GAPS, type SuiteGaps } from './gaps.ts';

/** Subscriptions the suite needs: `plain` (some attempts, then `graves`; backoff 1 to 10 s; 60 s to acknowledge; 4 at once) and `graves`. */
export const TOPICS = ['plain', 'graves', 'nobody'] as const;

export interface MessageBusUnderTest {
  clock: Pick<ManualClock, 'now' | 'advance'>;
  /** Of a message on `plain` before it goes to `graves`. */
  attempts: number;
  /** How far the clock and that of a service whose time nobody moves may be apart; absent where there is one clock. */
  clockIsOffByMs?: number;
  bus: MessageBus;
  /** Answers a delivery: true acknowledges. Set before publishing. */
  handler: (path: string, envelope: PushEnvelope) => Promise<boolean>;
  /** Every delivery so far. */
  deliveries: { path: string; envelope: PushEnvelope }[];
  /** Resolves when the condition holds; rejects when it does not within some seconds. */
  until(condition: () => boolean): Promise<void>;
  /** Another process in the place of this one. */
  restart(): Promise<void>;
}

const text = (envelope: PushEnvelope): string => Buffer.from(envelope.message.data, 'base64').toString('utf8');

/** What every MessageBus holds. */
export function messageBusContract(
  name: string,
  make: () => Promise<MessageBusUnderTest>,
  gaps: SuiteGaps = NO_GAPS,
): void {
  describe(`${name}: delivery`, () => {
    gaps.case('POSTs the push envelope to the subscription’s handler', async () => {
      const fixture = await make();
      const [id] = await fixture.bus.publish([{ topic: 'plain', data: 'héllo', attributes: { a: '1' } }]);
      await fixture.until(() => fixture.deliveries.length === 1);
      const [delivery] = fixture.deliveries;
      expect(delivery?.path).toBe('/push/plain');
      expect(delivery?.envelope.message).toMatchObject({ messageId: id, attributes: { a: '1' } });
      const published = Date.parse(delivery?.envelope.message.publishTime ?? '');
      expect(Math.abs(published - fixture.clock.now())).toBeLessThanOrEqual(fixture.clockIsOffByMs ?? 0);
      if (delivery !== undefined) expect(text(delivery.envelope)).toBe('héllo');
    });

    gaps.case('takes a message to a topic without subscriptions, and refuses one to no topic', async () => {
      const { bus } = await make();
      expect(await bus.publish([{ topic: 'nobody', data: 'x' }])).toHaveLength(1);
      await expect(bus.publish([{ topic: 'missing', data: 'x' }])).rejects.toMatchObject({ code: 'not_found' });
    });

    gaps.case('comes again after a backoff until it is acknowledged', async () => {
      const fixture = await make();
      let times = 0;
      fixture.handler = async () => ++times === 2;
      await fixture.bus.publish([{ topic: 'plain', data: 'x' }]);
      await fixture.until(() => fixture.deliveries.length === 1);
      await fixture.clock.advance(400);
      // Where its time passes by itself it may have come meanwhile.
      if (fixture.clockIsOffByMs === undefined) expect(fixture.deliveries).toHaveLength(1);
      await fixture.clock.advance(10_000);
      await fixture.until(() => fixture.deliveries.length === 2);
      await fixture.clock.advance(60_000);
      expect(fixture.deliveries).toHaveLength(2);
    });

    gaps.case('is told with each delivery which attempt it is', async () => {
      const fixture = await make();
      let times = 0;
      fixture.handler = async () => ++times === 2;
      await fixture.bus.publish([{ topic: 'plain', data: 'x' }]);
      await fixture.until(() => fixture.deliveries.length === 1);
      await fixture.clock.advance(10_000);
      await fixture.until(() => fixture.deliveries.length === 2);
      expect(fixture.deliveries.map(({ envelope }) => envelope.deliveryAttempt)).toEqual([1, 2]);
    });

    gaps.case('goes to the dead-letter topic when its attempts are used up, saying where it came from', async () => {
      const fixture = await make();
      fixture.handler = async (path) => path !== '/push/plain';
      await fixture.bus.publish([{ topic: 'plain', data: 'x', attributes: { kept: 'yes' } }]);
      const { attempts } = fixture;
      for (let attempt = 1; attempt <= attempts; attempt++) {
        await fixture.until(() => fixture.deliveries.length >= attempt);
        await fixture.clock.advance(10_000);
      }
      await fixture.until(() => fixture.deliveries.length === attempts + 1);
      const last = fixture.deliveries.at(-1);
      expect(last?.path).toBe('/push/graves');
      expect(last?.envelope.message.attributes).toMatchObject({
        kept: 'yes',
        CloudPubSubDeadLetterSourceDeliveryCount: String(attempts),
        CloudPubSubDeadLetterSourceSubscription: 'plain-push',
      });
      if (last !== undefined) expect(text(last.envelope)).toBe('x');
    });

    gaps.case('counts a handler that does not answer in time as a failure', async () => {
      const fixture = await make();
      let times = 0;
      fixture.handler = () => (++times === 1 ? new Promise(() => undefined) : Promise.resolve(true));
      await fixture.bus.publish([{ topic: 'plain', data: 'x' }]);
      await fixture.until(() => fixture.deliveries.length === 1);
      await fixture.clock.advance(61_000);
      await fixture.clock.advance(10_000);
      await fixture.until(() => fixture.deliveries.length === 2);
    });

    gaps.case('waits for the delay that was asked for', async () => {
      const fixture = await make();
      await fixture.bus.publish([{ topic: 'plain', data: 'late', delayMs: 5000 }]);
      await fixture.bus.publish([{ topic: 'plain', data: 'now' }]);
      await fixture.until(() => fixture.deliveries.length === 1);
      await fixture.clock.advance(4900);
      expect(fixture.deliveries.map(({ envelope }) => text(envelope))).toEqual(['now']);
      await fixture.clock.advance(200);
      await fixture.until(() => fixture.deliveries.length === 2);
    });

    gaps.case('keeps the order of an ordering key, also when one has to be repeated', async () => {
      const fixture = await make();
      let failed = false;
      fixture.handler = async (_, envelope) => {
        if (text(envelope) !== '2' || failed) return true;
        failed = true;
        return false;
      };
      for (const data of ['1', '2', '3', '4']) await fixture.bus.publish([{ topic: 'plain', data, orderingKey: 'k' }]);
      await fixture.until(() => fixture.deliveries.length === 2);
      await fixture.clock.advance(10_000);
      await fixture.until(() => fixture.deliveries.length === 5);
      expect(fixture.deliveries.map(({ envelope }) => text(envelope))).toEqual(['1', '2', '2', '3', '4']);
    });

    gaps.case('keeps at most the subscription’s concurrency in flight', async () => {
      const fixture = await make();
      let inFlight = 0;
      let most = 0;
      const open: (() => void)[] = [];
      fixture.handler = async () => {
        most = Math.max(most, ++inFlight);
        await new Promise<void>((resolve) => open.push(resolve));
        inFlight -= 1;
        return true;
      };
      await fixture.bus.publish(Array.from({ length: 10 }, (_, i) => ({ topic: 'plain', data: String(i) })));
      for (let done = 0; done < 10; done++) {
        await fixture.until(() => open.length > 0);
        open.shift()?.();
      }
      await fixture.until(() => inFlight === 0);
      expect(fixture.deliveries).toHaveLength(10);
      expect(most).toBe(4);
    });

    gaps.case('repeats after a restart what was not acknowledged, at once, and nothing else', async () => {
      const fixture = await make();
      fixture.handler = (_, envelope) =>
        text(envelope) === 'stuck' ? new Promise(() => undefined) : Promise.resolve(true);
      await fixture.bus.publish([{ topic: 'plain', data: 'stuck' }]);
      await fixture.bus.publish([{ topic: 'plain', data: 'done' }]);
      await fixture.until(() => fixture.deliveries.length === 2);
      fixture.handler = async () => true;
      await fixture.restart();
      await fixture.until(() => fixture.deliveries.length === 3);
      const again = fixture.deliveries.at(-1);
      expect(again?.envelope.deliveryAttempt).toBe(2);
      if (again !== undefined) expect(text(again.envelope)).toBe('stuck');
      await fixture.clock.advance(60_000);
      expect(fixture.deliveries).toHaveLength(3);
    });
  });

  describe(`${name}: limits`, () => {
    const refused = { code: 'limit_exceeded' };
    gaps.case('are those of Pub/Sub', async () => {
      const { bus } = await make();
      const publish = (attributes: Record<string, string>, data = 'x') =>
        bus.publish([{ topic: 'plain', data, attributes }]);
      await expect(publish({}, 'x'.repeat(10_000_001))).rejects.toMatchObject(refused);
      const delayed = (size: number) => bus.publish([{ topic: 'plain', data: 'x'.repeat(size), delayMs: 60_000 }]);
      await expect(delayed(700_001)).rejects.toMatchObject(refused);
      await delayed(700_000);
      await expect(publish({ ['k'.repeat(257)]: 'v' })).rejects.toMatchObject(refused);
      await expect(publish({ k: 'é'.repeat(513) })).rejects.toMatchObject(refused);
      await expect(publish({ googclient: 'v' })).rejects.toMatchObject(refused);
      await expect(publish({}, '')).rejects.toMatchObject(refused);
      const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`k${i}`, 'v']));
      await expect(publish(many)).rejects.toMatchObject(refused);
      await publish({ ['k'.repeat(256)]: 'v'.repeat(1024) });
    });

    gaps.case('refuse a batch whole', async () => {
      const fixture = await make();
      const batch = [
        { topic: 'plain', data: 'fine' },
        { topic: 'plain', data: '' },
      ];
      await expect(fixture.bus.publish(batch)).rejects.toMatchObject(refused);
      await fixture.clock.advance(5000);
      expect(fixture.deliveries).toEqual([]);
    });
  });
}
