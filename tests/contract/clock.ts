import { expect, it } from 'vitest';
import type { Clock } from '#shared/ports/clock.ts';

export interface ClockFixture {
  clock: Clock;
  /** Lets at least `ms` pass on the clock. */
  pass(ms: number): Promise<void>;
}

export function clockContract(setup: () => ClockFixture): void {
  it('goes forward', async () => {
    const { clock, pass } = setup();
    const before = clock.now();
    await pass(20);
    expect(clock.now() - before).toBeGreaterThanOrEqual(19);
  });

  it('calls back once, in order of the times asked for', async () => {
    const { clock, pass } = setup();
    const calls: string[] = [];
    clock.after(30, () => calls.push('later'));
    clock.after(5, () => calls.push('sooner'));
    clock.after(-1, () => calls.push('now'));
    await pass(120);
    expect(calls).toEqual(['now', 'sooner', 'later']);
  });

  it('does not call back what was cancelled', async () => {
    const { clock, pass } = setup();
    let called = false;
    const cancel = clock.after(10, () => {
      called = true;
    });
    cancel();
    cancel();
    await pass(60);
    expect(called).toBe(false);
  });

  it('does not call at once what lies further off than a timer can hold', async () => {
    const { clock, pass } = setup();
    let called = false;
    const cancel = clock.after(40 * 24 * 3600 * 1000, () => {
      called = true;
    });
    await pass(50);
    expect(called).toBe(false);
    cancel();
  });

  it('sleeps, and wakes with the reason when aborted, also before it began', async () => {
    const { clock, pass } = setup();
    const slept = clock.sleep(10).then(() => 'slept');
    await pass(60);
    expect(await slept).toBe('slept');
    const controller = new AbortController();
    const sleeping = clock.sleep(60_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(clock.sleep(1, AbortSignal.abort(new Error('never began')))).rejects.toThrow('never began');
  });
}
