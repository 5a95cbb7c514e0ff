import path from 'node:path';
import { RectoError } from '../../domain/errors.ts';
import { recordingType } from '../../domain/recording-types.ts';
import type { MediaRedactor } from '../../ports/media-redactor.ts';
import { stage, unstage } from './converter/staging.ts';
import { callDir, createTempDir, removeTree } from './converter/temp-dir.ts';
import { toolsInstalled } from './media/media-tools.ts';
import { type MediaLimits, redactMedia } from './media/redact-media.ts';

export interface EmbeddedMediaRedactor extends MediaRedactor {
  /** Ends what is under way with `overloaded`, so that it is tried again elsewhere, and removes its temporary files. */
  close(): Promise<void>;
}

/**
 * Recordings by the ffmpeg of this machine, where it is installed; none, where the limits allow 0 seconds. Each call has a folder of its own under `tmpDir`, removed
 * with the call; those of processes that died are removed at the first call.
 */
export function createMediaRedactor(options: { tmpDir: string; limits: MediaLimits }): EmbeddedMediaRedactor {
  let installed = false;
  const closing = new AbortController();
  let root: Promise<string> | null = null;
  const folder = (): Promise<string> => {
    root ??= createTempDir(options.tmpDir).catch((error: unknown) => {
      root = null;
      throw error;
    });
    return root;
  };
  const available = async (): Promise<boolean> => {
    if (options.limits.maxSeconds === 0) return false;
    installed ||= await toolsInstalled(await folder());
    return installed;
  };
  return {
    available,
    redact: async ({ source, mediaType, ...given }) => {
      const signals = given.signal === undefined ? [closing.signal] : [closing.signal, given.signal];
      const task = { ...given, signal: AbortSignal.any(signals) };
      const type = recordingType(mediaType);
      if (type === null) throw new RectoError('unsupported_media_type', `A file of type ${mediaType} is no recording.`);
      if (!(await available()))
        throw new RectoError(
          'not_configured',
          'Recordings cannot be redacted here: ffmpeg is not installed, or is without its encoders libx264 and aac, or RECTO_RECORDING_SECONDS is 0.',
        );
      const dir = await callDir(await folder());
      try {
        const file = path.join(dir, 'in');
        await stage(source, file, task.signal);
        const { out, ...made } = await redactMedia({
          ...task,
          ...{ file, dir, container: type.container, limits: options.limits },
        });
        return { ...made, media: unstage(out, () => removeTree(dir)) };
      } catch (error) {
        await removeTree(dir);
        // Its files may have been taken away under it: that says nothing of the recording.
        throw closing.signal.aborted ? closing.signal.reason : error;
      }
    },
    close: async () => {
      closing.abort(
        new RectoError('overloaded', 'The process is shutting down; the recording is redacted by the next.', {
          retryAfter: 5,
        }),
      );
      if (root !== null) await removeTree(await root);
    },
  };
}
