import type { ServiceConfig } from '../config.ts';
import type { ModelManager } from '../manager/model-manager.ts';
import type { PageCache } from '../manager/page-cache.ts';
import type { Plan } from '../manager/plan.ts';
import type { WorkerPool } from '../workers/worker-pool.ts';
import type { Authenticate } from './auth.ts';
import type { ByteBudget } from './body.ts';
import type { ServiceMetrics } from './metrics.ts';

/** What the routes work with. */
export interface ServiceParts {
  config: Pick<ServiceConfig, 'maxBodyBytes' | 'maxPixels' | 'fetch'>;
  plan: Plan;
  pool: WorkerPool;
  manager: ModelManager;
  cache: PageCache;
  metrics: ServiceMetrics;
  budget: ByteBudget;
  authenticate: Authenticate;
  adminToken: string | null;
  log: (level: 'info' | 'error', message: string, fields?: Record<string, unknown>) => void;
  /** True from SIGTERM on: nothing new is taken in. */
  draining: () => boolean;
}
