import { z } from 'zod';
import { tenantIdSchema } from '#shared/domain/ids.ts';
import type { Engine } from '#shared/engine/engine-api.ts';
import type { Platform } from '#shared/ports/platform.ts';
import { objectArrived } from '#shared/usecases/documents/object-arrived.ts';
import { systemContext } from '#shared/usecases/system-context.ts';
import type { PushHandler } from '../push-handler.ts';

/** Attributes of a Cloud Storage notification; ours carry the tenant as well. */
export const arrivalSchema = z.object({
  eventType: z.literal('OBJECT_FINALIZE'),
  bucketId: z.string(),
  objectId: z.string().min(1).max(1024),
  tenantId: tenantIdSchema,
});

/** An object was written to a bucket that takes files in. */
export function objectFinalizedHandler(platform: Platform, engine: Engine): PushHandler {
  return async (envelope) => {
    const parsed = arrivalSchema.safeParse(envelope.message.attributes);
    if (!parsed.success) {
      platform.log.warn('storage notification ignored', {
        messageId: envelope.message.messageId,
        issues: parsed.error.issues.map((issue) => issue.path.join('.')),
      });
      return;
    }
    const { tenantId, bucketId, objectId } = parsed.data;
    await objectArrived(systemContext(platform, engine, tenantId, 'bucket-drop'), { bucket: bucketId, key: objectId });
  };
}
