import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseConfig } from '#shared/config.ts';
import type { TenantLimits } from '#shared/domain/tenant.ts';
import { createEngine } from '#shared/engine/engine.ts';
import type { Engine } from '#shared/engine/engine-api.ts';
import type { Step, StepContext } from '#shared/engine/step.ts';
import { STEP_KINDS } from '#shared/manifest.ts';
import { createEmbeddedPlatform, type EmbeddedPlatform } from '#shared/platform/embedded.ts';
import type { UseCaseContext } from '#shared/usecases/context.ts';
import { onRunEnd } from '#shared/usecases/runs/on-run-end.ts';
import { systemContext } from '#shared/usecases/system-context.ts';
import { createTenant } from '#shared/usecases/tenants/create.ts';

export interface UseCaseFixture {
  folder: string;
  platform: EmbeddedPlatform;
  engine: Engine;
  ctx: UseCaseContext;
  stepContext(over: Partial<StepContext>): StepContext;
  close(): Promise<void>;
}

/** The engine is not started, so nothing calls it; it only has to know the kinds. */
const neverRun = (kind: string): Step => ({
  kind,
  pool: 'cpu',
  timeoutMs: 1000,
  maxAttempts: 1,
  run: () => Promise.reject(new Error('no step runs in this test')),
});

/** Use cases of the tenant `acme` over the embedded platform in a temporary folder. Nothing dispatches: runs stay queued. */
export async function createUseCaseFixture(limits: Partial<TenantLimits> = {}): Promise<UseCaseFixture> {
  const folder = mkdtempSync(path.join(tmpdir(), 'recto-use-case-'));
  const config = parseConfig({ RECTO_DATA_DIR: folder, RECTO_LOG_LEVEL: 'error', RECTO_CONVERT_WORKERS: '1' });
  const platform = await createEmbeddedPlatform(config, {
    role: 'front',
    token: 'test',
    baseUrl: () => 'http://localhost',
    writeLog: () => undefined,
  });
  const engine = createEngine({ platform, steps: STEP_KINDS.map(neverRun), slots: config.pools, onRunEnd });
  await createTenant(platform, { id: 'acme', name: 'Acme', limits });
  const ctx = systemContext(platform, engine, 'acme', 'test');
  const { converter, media, inference, mailbox, clock, log, metrics } = platform;
  return {
    folder,
    platform,
    engine,
    ctx,
    stepContext: (over) => ({
      ports: ctx.ports,
      converter,
      media,
      inference,
      mailbox,
      clock,
      log,
      metrics,
      runId: 'run_1',
      stepId: 'step',
      attempt: 1,
      signal: new AbortController().signal,
      idempotencyKey: 'key',
      runCreatedAt: 0,
      ...over,
    }),
    close: async () => {
      await platform.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
