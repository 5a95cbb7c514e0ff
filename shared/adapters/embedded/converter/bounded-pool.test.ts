import { describe, expect, it } from 'vitest';
import { BoundedPool, type PoolWorker } from './bounded-pool.ts';

const pool = (size: number, maxQueue = 10) => {
  const started: (PoolWorker & { usable: boolean; closed: boolean })[] = [];
  const made = new BoundedPool({
    name: 'test',
    size,
    maxQueue,
    start: async () => {
      const worker = {
        usable: true,
        closed: false,
        close: async () => {
          worker.closed = true;
        },
      };
      started.push(worker);
      return worker;
    },
  });
  return { pool: made, started };
};
const gate = () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};

describe('a bounded pool', () => {
  it('starts workers on demand, up to its size, and gives each to one task at a time', async () => {
    const { pool: workers, started } = pool(2);
    const first = gate();
    const order: number[] = [];
    const tasks = [0, 1, 2, 3].map((i) =>
      workers.use(async () => (i < 2 ? first.opened : undefined)).then(() => order.push(i)),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(started).toHaveLength(2);
    first.open();
    await Promise.all(tasks);
    expect(order).toEqual([0, 1, 2, 3]);
    expect(started).toHaveLength(2);
  });

  it('replaces a worker that died, also for those who wait', async () => {
    const { pool: workers, started } = pool(1);
    const dying = workers.use(async (worker) => {
      started[0] = Object.assign(worker, { usable: false, closed: false });
    });
    const next = workers.use(async (worker) => worker.usable);
    await dying;
    expect(await next).toBe(true);
    expect(started).toHaveLength(2);
    expect(started[0]?.closed).toBe(true);
  });

  it('refuses what its queue cannot hold, and forgets who gave up', async () => {
    const { pool: workers } = pool(1, 1);
    const hold = gate();
    const held = workers.use(() => hold.opened);
    const controller = new AbortController();
    const waiting = workers.use(async () => 'done', controller.signal);
    await expect(workers.use(async () => 'x')).rejects.toMatchObject({ code: 'overloaded' });
    controller.abort(new Error('gave up'));
    await expect(waiting).rejects.toThrow('gave up');
    const second = workers.use(async () => 'done');
    hold.open();
    await held;
    expect(await second).toBe('done');
  });

  it('ends everyone when it closes', async () => {
    const { pool: workers, started } = pool(1);
    await workers.use(async () => undefined);
    await workers.close();
    expect(started[0]?.closed).toBe(true);
    await expect(workers.use(async () => 'x')).rejects.toMatchObject({ code: 'overloaded' });
  });
});
