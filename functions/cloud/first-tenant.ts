import { RectoError } from '#shared/domain/errors.ts';
import type { GcpPlatform } from '#shared/platform/gcp.ts';
import { bootstrapTenant } from '#shared/usecases/bootstrap-demo.ts';
import type { FunctionSettings } from './settings.ts';

const FIRST_TENANT = { id: 'first', name: 'First tenant' } as const;

/** Makes the first tenant unless there is one, and adds its key to the deployment's secret before the key works. */
export async function makeFirstTenant(
  platform: GcpPlatform,
  { config, firstKeySecret }: Pick<FunctionSettings, 'config' | 'firstKeySecret'>,
): Promise<void> {
  if (firstKeySecret === null)
    throw new RectoError(
      'not_configured',
      'RECTO_FIRST_KEY_SECRET names no secret: set it, or make tenants another way.',
    );
  const { maxFileBytes, requestsPerSecond } = config;
  const limits = { maxFileBytes, requestsPerSecond, requestBurst: requestsPerSecond * 2 };
  const keep = (key: string): Promise<void> => platform.addSecretVersion(firstKeySecret, key);
  const { tenantId, key } = await bootstrapTenant(platform, { ...FIRST_TENANT, limits, keep });
  if (key !== null) platform.log.info('the first tenant was made', { tenantId });
}
