import { z } from 'zod';
import { tenantIdSchema } from '#shared/domain/ids.ts';
import type { Engine } from '#shared/engine/engine-api.ts';
import type { Platform } from '#shared/ports/platform.ts';
import { fireSchedule } from '#shared/usecases/schedules/fire.ts';
import { systemContext } from '#shared/usecases/system-context.ts';
import type { PushHandler } from '../push-handler.ts';

const attributesSchema = z.object({
  tenantId: tenantIdSchema,
  scheduleId: z.string().min(1),
  scheduledFor: z.iso.datetime({ offset: true }),
});

/** A cron schedule is due. */
export function scheduleTickHandler(platform: Platform, engine: Engine): PushHandler {
  return async (envelope) => {
    const parsed = attributesSchema.safeParse(envelope.message.attributes);
    if (!parsed.success) {
      platform.log.warn('schedule tick ignored', {
        messageId: envelope.message.messageId,
        issues: parsed.error.issues.map((issue) => issue.path.join('.')),
      });
      return;
    }
    const { tenantId, scheduleId, scheduledFor } = parsed.data;
    await fireSchedule(systemContext(platform, engine, tenantId, `schedule:${scheduleId}`), {
      scheduleId,
      scheduledFor,
    });
  };
}
