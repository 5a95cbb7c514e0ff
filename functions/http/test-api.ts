import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Config, parseConfig } from '#shared/config.ts';
import { apiKeys } from '#shared/domain/collections.ts';
import { SCOPES, type Scope } from '#shared/domain/principal.ts';
import type { TenantLimits } from '#shared/domain/tenant.ts';
import { createEngine } from '#shared/engine/engine.ts';
import type { Engine } from '#shared/engine/engine-api.ts';
import type { Step } from '#shared/engine/step.ts';
import { STEP_KINDS } from '#shared/manifest.ts';
import { createEmbeddedPlatform, type EmbeddedPlatform } from '#shared/platform/embedded.ts';
import { issue } from '#shared/usecases/api-keys/create.ts';
import type { UseCaseContext } from '#shared/usecases/context.ts';
import { systemContext } from '#shared/usecases/system-context.ts';
import { createTenant } from '#shared/usecases/tenants/create.ts';
import { createApi } from './api.ts';

/** A response whose JSON a test may look into without describing it first. */
export type TestResponse = Omit<Response, 'json'> & { json(): Promise<ReturnType<typeof JSON.parse>> };

export interface TestApi {
  platform: EmbeddedPlatform;
  engine: Engine;
  config: Config;
  /** Calls the app in process, from 127.0.0.1, with the key if one is given. */
  call(target: string, init?: RequestInit & { key?: string; duplex?: 'half' }): Promise<TestResponse>;
  tenant(id: string, limits?: Partial<TenantLimits>): Promise<void>;
  key(tenantId: string, scopes?: readonly Scope[]): Promise<string>;
  context(tenantId: string): UseCaseContext;
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

/** The API over the embedded platform in a temporary folder. Nothing dispatches: runs stay queued. For tests. */
export async function startTestApi(): Promise<TestApi> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'recto-api-'));
  const config = parseConfig({ RECTO_DATA_DIR: dataDir, RECTO_LOG_LEVEL: 'error', RECTO_CONVERT_WORKERS: '1' });
  const platform = await createEmbeddedPlatform(config, {
    role: 'front',
    token: 'test-token',
    baseUrl: () => 'http://localhost',
  });
  const engine = createEngine({ platform, steps: STEP_KINDS.map(neverRun), slots: config.pools });
  const app = createApi({ platform, engine, config, signedObjects: platform });
  const env = { incoming: { socket: { remoteAddress: '127.0.0.1' } } };
  return {
    platform,
    engine,
    config,
    async call(target, { key, ...init } = {}) {
      const headers = new Headers(init.headers);
      if (key !== undefined) headers.set('authorization', `Bearer ${key}`);
      const request = new Request(target.startsWith('/') ? `http://localhost${target}` : target, { ...init, headers });
      return app.fetch(request, env);
    },
    async tenant(id, limits = {}) {
      const plenty = { requestsPerSecond: 1e6, requestBurst: 1e6 };
      await createTenant(platform, { id, name: id, limits: { ...plenty, ...limits } });
    },
    async key(tenantId, scopes = SCOPES) {
      const made = issue(platform.clock.now(), { name: 'test', scopes: [...scopes], expiresAt: null });
      await platform.forTenant(tenantId).store.create(apiKeys, { id: made.record.id }, made.record);
      return made.key;
    },
    context: (tenantId) => systemContext(platform, engine, tenantId, 'test'),
    async close() {
      await platform.close();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
