import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '#shared/adapters/embedded/logger.ts';
import { createMetrics } from '#shared/adapters/embedded/metrics.ts';
import { RectoError } from '#shared/domain/errors.ts';
import { drawPage } from '#tests/support/draw-page.ts';
import { chatCompletion, type FakeUpstream, startFakeUpstream } from '#tests/support/fake-upstream.ts';
import { createManualClock, type ManualClock } from '#tests/support/manual-clock.ts';
import { type BreakerEvent, createEngineRegistry, type EngineRegistryOptions } from './engine-registry.ts';
import { visionPreset } from './nanonets.ts';
import { createOpenAiChat } from './openai-chat.ts';
import { noToken } from './token-source.ts';

const PAGES = [{ number: 1, image: drawPage([], { width: 80, height: 40 }).png, mediaType: 'image/png', dpi: 200 }];
const well: FakeUpstream['reply'] = ({ body }) => ({
  body: { ...chatCompletion('text'), model: body === '' ? '' : JSON.parse(body).model },
});
const down =
  (status = 500) =>
  () => ({ status });
const asked = (server: FakeUpstream) => server.requests.filter(({ method }) => method === 'POST').length;

let clock: ManualClock;
let a: FakeUpstream;
let b: FakeUpstream;
let events: BreakerEvent[];
let metrics: ReturnType<typeof createMetrics>;
beforeEach(async () => {
  clock = createManualClock();
  a = await startFakeUpstream(well);
  b = await startFakeUpstream(well);
  events = [];
  metrics = createMetrics({ processMetrics: false });
});
afterEach(() => Promise.all([a.close(), b.close()]));
const engine = (id: string, server: FakeUpstream) =>
  createOpenAiChat({
    engine: id,
    url: server.url,
    preset: visionPreset(id, `${id}-default`),
    token: noToken,
    price: { input: 100, output: 600 },
  });
const make = (over: Partial<EngineRegistryOptions> = {}) =>
  createEngineRegistry({
    engines: [
      { id: 'a', required: true, inference: engine('a', a) },
      { id: 'b', required: false, inference: engine('b', b) },
    ],
    failover: 'none',
    clock,
    metrics,
    log: createLogger({ level: 'error', clock, write: () => undefined }),
    onBreaker: (event) => events.push(event),
    ...over,
  });
const code = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof RectoError ? error.code : String(error)),
  );

describe('several engines as one', () => {
  it('reads with the first, with the one named, or with a model of either', async () => {
    const registry = make();
    const read = async (model?: string) => {
      const { engine, model: used } = await registry.ocr({ pages: PAGES, ...(model === undefined ? {} : { model }) });
      return [engine, used];
    };
    expect(await read()).toEqual(['a', 'a-default']);
    expect(await read('b')).toEqual(['b', 'b-default']);
    expect(await read('b/org/model')).toEqual(['b', 'org/model']);
    expect(await read('en-v4')).toEqual(['a', 'en-v4']);
    expect([null, 'en-v4', 'b', 'b/x'].map((model) => registry.byDefaultEngine?.(model))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(await metrics.expose()).toContain('recto_ocr_engine_cost_usd_total{engine="a"} 1');
  });

  it('waits for the engine asked for, unless it is told to go on to the next', async () => {
    a.reply = down();
    expect(await code(make().ocr({ pages: PAGES }))).toBe('dependency_unavailable');
    expect(asked(b)).toBe(0);
    expect(await make({ failover: 'ordered' }).ocr({ pages: PAGES, model: 'a/special' })).toMatchObject({
      engine: 'b',
      model: 'b-default',
      degraded: { asked: 'a', because: 'dependency_unavailable' },
    });
    expect((await make({ failover: 'ordered' }).ocr({ pages: PAGES, model: 'b' })).degraded).toBeUndefined();
    expect(await metrics.expose()).toContain('recto_ocr_engine_failovers_total{asked="a",engine="b"} 1');
  });

  it('tells the fault of the engine asked for when every engine is down', async () => {
    a.reply = down();
    b.reply = down();
    await expect(make({ failover: 'ordered' }).ocr({ pages: PAGES })).rejects.toThrow('The OCR engine a failed');
  });

  it('hands no page round that one engine cannot read, nor one that an engine has no room for', async () => {
    const registry = make({ failover: 'ordered' });
    for (const [status, of] of [
      [413, 'too_many_pixels'],
      [429, 'overloaded'],
      [400, 'invalid_request'],
    ] as const) {
      a.reply = down(status);
      expect(await code(registry.ocr({ pages: PAGES }))).toBe(of);
    }
    a.reply = () => ({ body: chatCompletion('!'.repeat(500)) });
    expect(await code(registry.ocr({ pages: PAGES }))).toBe('worker_crashed');
    expect(asked(b)).toBe(0);
  });

  it('opens the breaker of an engine that fails too often, tells of it, and probes', async () => {
    const registry = make();
    a.reply = down();
    for (let call = 0; call < 5; call++) await code(registry.ocr({ pages: PAGES }));
    expect(events).toEqual([{ engine: 'a', from: 'closed', to: 'open', because: 'dependency_unavailable' }]);
    await expect(registry.ocr({ pages: PAGES })).rejects.toMatchObject({
      code: 'dependency_unavailable',
      retryAfter: 5,
    });
    expect(asked(a)).toBe(5);
    expect((await registry.ocr({ pages: PAGES, model: 'b' })).engine).toBe('b');
    expect(await metrics.expose()).toContain('recto_ocr_engine_breaker_state{engine="a"} 2');

    // The probe fails: the next one comes twice as late.
    await clock.advance(5_000);
    await code(registry.ocr({ pages: PAGES }));
    expect(asked(a)).toBe(6);
    await clock.advance(6_000);
    await code(registry.ocr({ pages: PAGES }));
    expect(asked(a)).toBe(6);
    await clock.advance(4_000);
    a.reply = well;
    expect(await code(registry.ocr({ pages: PAGES }))).toBe('ok');
    expect(events.map((event) => event.to)).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
    expect(await metrics.expose()).toContain('recto_ocr_engine_breaker_state{engine="a"} 0');
  });

  it('lets one probe out at a time, and another at once when it was cancelled', async () => {
    const registry = make();
    a.reply = down();
    for (let call = 0; call < 5; call++) await code(registry.ocr({ pages: PAGES }));
    await clock.advance(5_000);
    const stop = new AbortController();
    a.reply = () => ({ hang: true });
    const probe = code(registry.ocr({ pages: PAGES, signal: stop.signal }));
    expect(await code(registry.ocr({ pages: PAGES }))).toBe('dependency_unavailable');
    stop.abort('left');
    expect(await probe).toBe('left');
    a.reply = well;
    expect(await code(registry.ocr({ pages: PAGES }))).toBe('ok');
  });

  it('does not open for failures that are few among many, far apart, or of the page', async () => {
    const registry = make();
    const call = async (reply: FakeUpstream['reply']) => {
      a.reply = reply;
      await code(registry.ocr({ pages: PAGES }));
    };
    for (let n = 0; n < 12; n++) {
      await call(down());
      await call(well);
      await call(well);
    }
    await clock.advance(61_000);
    for (let n = 0; n < 12; n++) {
      await call(down());
      await clock.advance(16_000);
    }
    for (let n = 0; n < 12; n++) await call(down(413));
    expect(events).toEqual([]);
  });

  it('is ready when the required engines are, and says how each is', async () => {
    const registry = make();
    b.reply = down();
    await expect(registry.ready()).resolves.toBeUndefined();
    expect(await registry.states()).toEqual([
      { engine: 'a', required: true, breaker: 'closed', problem: null },
      { engine: 'b', required: false, breaker: 'closed', problem: 'The OCR engine b is not ready (HTTP 500).' },
    ]);
    a.reply = down();
    await expect(registry.ready()).rejects.toMatchObject({ code: 'dependency_unavailable' });
  });
});
