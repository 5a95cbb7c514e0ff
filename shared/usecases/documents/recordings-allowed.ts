import { RectoError } from '../../domain/errors.ts';
import type { RecordingType } from '../../domain/recording-types.ts';
import type { Tenant } from '../../domain/tenant.ts';
import type { UseCaseContext } from '../context.ts';

export const recordingsNotConfigured = (): RectoError =>
  new RectoError(
    'not_configured',
    'Recordings are not taken in here: nothing on this installation can redact them. On one machine the operator installs ffmpeg; in the cloud there is nothing yet.',
  );

/**
 * Errors: `unsupported_media_type` unless the tenant wants recordings, `not_configured` where nothing here redacts them.
 * `type`: null where it is not known yet.
 */
export async function assertRecordingsAllowed(
  ctx: Pick<UseCaseContext, 'platform'>,
  tenant: Tenant,
  type: RecordingType | null,
): Promise<void> {
  if (!tenant.settings.recordings)
    throw new RectoError(
      'unsupported_media_type',
      `${type === null ? 'The file is to be a recording' : `The file is a recording (${type.label})`}. Audio and video are refused unless the tenant takes them: PATCH /v1/tenant with {"recordings": true}.`,
    );
  if (!(await ctx.platform.media.available())) throw recordingsNotConfigured();
}
