import type { MediaRules } from '../domain/redaction/media.ts';
import type { ByteSource } from './converter.ts';

export interface RedactedMedia {
  /** Read to its end or given up: then its temporary files go. */
  media: AsyncIterable<Uint8Array>;
  mediaType: 'audio/mp4' | 'video/mp4';
  /** Of the result, by measuring it. */
  seconds: number;
  picture: { width: number; height: number } | null;
  sound: boolean;
  /** Stretches that were listened to, and pictures that were looked at. */
  checked: { stretches: number; pictures: number };
}

/**
 * Takes stretches of sound and regions of the picture out of a recording, in isolation: a process of its own without
 * network, with bounded time, memory and output. At most one picture and one sound track come out, as MP4, and nothing
 * else: no metadata, chapters, subtitles, covers, attachments. The result is read back before it is given.
 *
 * Errors: `not_configured` where there is nothing to do it with, `unsupported_media_type`, `file_corrupt`,
 * `file_truncated`, `limit_exceeded` (seconds, pixels, bytes), `invalid_request` (a rule that speaks of what the recording
 * does not have), `conversion_timeout`, `conversion_crashed`, `redaction_unverified`,
 * `storage_full`, `overloaded` (shutting down); and the signal's reason, at once.
 */
export interface MediaRedactor {
  /** Whether recordings can be redacted here; looked at again while they cannot. */
  available(): Promise<boolean>;
  redact(params: {
    source: ByteSource;
    /** As the bytes say; of `RECORDING_TYPES`. */
    mediaType: string;
    /** Of this very recording: a stretch has to begin in it, a region needs a picture. */
    rules: MediaRules;
    /** Of every recording: what this one is too short for, or has no picture or sound for, is left out. */
    standing: MediaRules;
    /** Seconds that what is known of it speaks of; a shorter one is another recording, or they are no seconds. */
    lastsAtLeast: number;
    signal?: AbortSignal | undefined;
  }): Promise<RedactedMedia>;
}
