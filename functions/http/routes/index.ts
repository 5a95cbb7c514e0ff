import type { PublicRoute, Route } from '../kit/route.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { artifactRoutes } from './artifacts.ts';
import { batchRoutes } from './batches.ts';
import { consoleRoutes } from './console.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { documentRoutes } from './documents.ts';
import { exportRoutes } from './export.ts';
import { ocrRoutes } from './ocr.ts';
import { operationRoutes } from './operations.ts';
import { policyRoutes } from './policies.ts';
import { redactionRoutes } from './redactions.ts';
import { referenceRoutes } from './reference.ts';
import { runRoutes } from './runs.ts';
import { scheduleRoutes } from './schedules.ts';
import { searchRoutes } from './search.ts';
import { signedObjectRoutes } from './signed-objects.ts';
import { templateRoutes } from './templates.ts';
import { tenantRoutes } from './tenant.ts';
import { usageRoutes } from './usage.ts';
import { webhookRoutes } from './webhooks.ts';

/** Every route there is; what is served, described and tested all comes from here. */
export function allRoutes(): readonly (Route | PublicRoute)[] {
  const routes: readonly (Route | PublicRoute)[] = [
    ...documentRoutes,
    ...artifactRoutes,
    ...exportRoutes,
    ...runRoutes,
    ...batchRoutes,
    ...searchRoutes,
    ...ocrRoutes,
    ...policyRoutes,
    ...redactionRoutes,
    ...templateRoutes,
    ...deadLetterRoutes,
    ...scheduleRoutes,
    ...apiKeyRoutes,
    ...tenantRoutes,
    ...usageRoutes,
    ...webhookRoutes,
    ...operationRoutes,
    ...referenceRoutes(() => routes),
    ...consoleRoutes,
    ...signedObjectRoutes,
  ];
  return routes;
}
