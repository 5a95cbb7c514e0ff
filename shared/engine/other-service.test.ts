import { expect, onTestFinished, test } from 'vitest';
import { createEngineRegistry } from '#shared/adapters/inference/engine-registry.ts';
import { visionPreset } from '#shared/adapters/inference/nanonets.ts';
import { createOpenAiChat } from '#shared/adapters/inference/openai-chat.ts';
import { noToken } from '#shared/adapters/inference/token-source.ts';
import { drawPage } from '#tests/support/draw-page.ts';
import { createEngineFixture } from '#tests/support/engine-fixture.ts';
import { chatCompletion, type FakeUpstream, startFakeUpstream } from '#tests/support/fake-upstream.ts';
import { chainOf, done, runOf, singleStep } from '#tests/support/test-steps.ts';

const PAGES = [{ number: 1, image: drawPage([], { width: 80, height: 40 }).png, mediaType: 'image/png', dpi: 200 }];

test.each([
  ['another service than the default one', 'b', 'a'],
  ['the default service', 'a', 'b'],
])('work that asks %s, which is down, waits for it alone and loses no attempt', async (_, gone, other) => {
  const well: FakeUpstream['reply'] = () => ({ body: chatCompletion('text') });
  const servers = { a: await startFakeUpstream(well), b: await startFakeUpstream(well) };
  onTestFinished(() => Promise.all([servers.a.close(), servers.b.close()]).then(() => undefined));
  const step = singleStep(
    'read',
    async (ctx, input) => {
      await ctx.inference.ocr({ pages: PAGES, model: String(input.run.engine) });
      return done();
    },
    { dependsOn: 'ocr', mayDoWithout: true, pool: 'ocr' },
  );
  const fixture = createEngineFixture([step]);
  const { platform, clock } = fixture;
  const engines = (['a', 'b'] as const).map((id) => ({
    id,
    required: true,
    inference: createOpenAiChat({
      engine: id,
      url: servers[id].url,
      preset: visionPreset(id, id),
      token: noToken,
      price: null,
    }),
  }));
  const inference = createEngineRegistry({
    engines,
    failover: 'none',
    clock,
    log: platform.log,
    metrics: platform.metrics,
  });
  const engine = fixture.another({ platform: { ...platform, inference } });
  const start = (name: string) => engine.startRun('acme', runOf(chainOf('read'), { input: { engine: name } }));
  const pass = async () => {
    await engine.dispatch();
    await Promise.all(fixture.taken().map((message) => engine.handleMessage(message)));
  };
  const succeeded = async () =>
    Number(/recto_runs_total\{[^}]*succeeded[^}]*\} (\d+)/.exec(await platform.metrics.expose())?.[1] ?? 0);
  const down = gone === 'a' ? servers.a : servers.b;
  down.reply = () => ({ status: 503 });

  for (let run = 0; run < 4; run++) await start(gone);
  for (let tenSeconds = 0; tenSeconds < 90; tenSeconds++) {
    await pass();
    await clock.advance(10_000);
  }
  expect(await fixture.works()).toHaveLength(4);
  await start(other);
  await pass();
  expect(await succeeded()).toBe(1);
  // Asked by probes, not over and over.
  expect(down.requests.length).toBeLessThan(60);

  down.reply = well;
  await fixture.drain(engine);
  expect(await succeeded()).toBe(5);
});
