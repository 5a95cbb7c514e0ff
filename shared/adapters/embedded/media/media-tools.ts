import type { ChildProcess } from 'node:child_process';
import { RectoError } from '../../../domain/errors.ts';
import type { RecordingType } from '../../../domain/recording-types.ts';
import { detectIsolation } from '../converter/isolation.ts';
import { bareEnvironment, killGroup, startGroup } from '../converter/process-group.ts';

const MAX_MEMORY = 4 * 1024 ** 3;
const MAX_PRINTED = 32 * 1024 * 1024;
const LOOK_TIMEOUT_MS = 20_000;

/** Decoders that recordings of our containers need; ffmpeg has hundreds, of every age, and a file may name any. */
const DECODERS = [
  ...['pcm_u8', 'pcm_s16le', 'pcm_s16be', 'pcm_s24le', 'pcm_s24be', 'pcm_s32le', 'pcm_f32le', 'pcm_f64le'],
  ...['pcm_alaw', 'pcm_mulaw', 'adpcm_ms', 'adpcm_ima_wav', 'adpcm_ima_qt', 'mp3', 'mp3float', 'aac', 'alac', 'ac3'],
  ...['flac', 'opus', 'vorbis', 'libspeex', 'amrnb', 'amrwb', 'h264', 'hevc', 'vp8', 'vp9', 'libdav1d', 'av1'],
  ...['mpeg4', 'msmpeg4', 'h263', 'mpeg2video', 'mjpeg', 'theora', 'prores', 'ffv1', 'rawvideo'],
  // Of what does not come out: covers and subtitles. To tell what is in a file all of it is opened.
  ...['png', 'gif', 'bmp', 'webp', 'subrip', 'srt', 'ass', 'ssa', 'mov_text', 'webvtt', 'dvdsub', 'pgssub', 'dvbsub'],
];

/**
 * Read from files alone: no network, no devices, no pipes. And only as the container that the bytes were seen to be: a
 * playlist or a list to be joined would have other files of this machine read in.
 */
export const readAs = (container: RecordingType['container']): string[] => [
  ...['-protocol_whitelist', 'file', '-format_whitelist', DEMUXERS[container]],
  ...['-codec_whitelist', DECODERS.join(','), '-f', container],
];
const DEMUXERS: Readonly<Record<RecordingType['container'], string>> = {
  ...{ wav: 'wav', mp3: 'mp3', flac: 'flac', ogg: 'ogg', avi: 'avi' },
  ...{ mov: 'mov,mp4,m4a,3gp,3g2,mj2', matroska: 'matroska,webm' },
};

export interface ToolRun {
  program: 'ffmpeg' | 'ffprobe';
  args: readonly string[];
  /** The only place that it may write to; the caller's, and bounded. */
  dir: string;
  timeoutMs: number;
  maxOutputBytes: number;
  /** Is given what it prints, as it comes, however much; absent: it is answered, at most 32 MiB. */
  take?: (chunk: Buffer) => void;
  signal?: AbortSignal | undefined;
}

/** Whether ffmpeg and ffprobe are here, with the encoders that are used. */
export async function toolsInstalled(dir: string): Promise<boolean> {
  const run = { dir, timeoutMs: LOOK_TIMEOUT_MS, maxOutputBytes: 1 };
  try {
    const [encoders] = await Promise.all([
      runTool({ ...run, program: 'ffmpeg', args: ['-hide_banner', '-encoders'] }),
      runTool({ ...run, program: 'ffprobe', args: ['-version'] }),
    ]);
    const names = encoders.toString('latin1');
    return / libx264 /.test(names) && / aac /.test(names);
  } catch (error) {
    // Not there, or not able to run: the same to whoever sends a recording.
    if (error instanceof RectoError) return false;
    throw error;
  }
}

/**
 * Runs a media tool in a process group of its own: no network where the system permits that, our environment not given, its
 * time, memory and files limited. What it printed. Errors: `not_configured` where it is not installed, `file_corrupt`,
 * `unsupported_media_type` (of a coding that is not taken), `storage_full`, `conversion_crashed`, `limit_exceeded`,
 * `conversion_timeout`, the signal's reason.
 */
export async function runTool(run: ToolRun): Promise<Buffer> {
  run.signal?.throwIfAborted();
  const isolation = await detectIsolation();
  const limits = isolation.limits
    ? ['prlimit', '--core=0', `--as=${MAX_MEMORY}`, `--fsize=${run.maxOutputBytes}`, `--cpu=${seconds(run.timeoutMs)}`]
    : [];
  const child = startGroup({
    command: [...isolation.network, ...isolation.parentDeath, ...limits, run.program, ...run.args],
    cwd: run.dir,
    env: bareEnvironment(run.dir),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return ended(child, run);
}

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000)) * 4;

const missing = (program: string, cause: unknown): RectoError =>
  new RectoError('not_configured', `${program} is not installed; recordings cannot be redacted here.`, { cause });

/** What a limit of the system, or the program's own death, means. */
function endedBy(program: string, signal: NodeJS.Signals): RectoError {
  if (signal === 'SIGXCPU') return new RectoError('conversion_timeout', `${program} used more CPU than it may.`);
  if (signal === 'SIGXFSZ') return new RectoError('limit_exceeded', `${program} wrote more than it may.`);
  return new RectoError(
    'conversion_crashed',
    `${program} was ended by ${signal} while it read or wrote the recording.`,
  );
}

function ended(child: ChildProcess, { program, timeoutMs, signal, take }: ToolRun): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const printed: Buffer[] = [];
    let size = 0;
    let said = '';
    const stop = (error: unknown): void => {
      finish();
      killGroup(child);
      reject(error);
    };
    const timer = setTimeout(
      () => stop(new RectoError('conversion_timeout', `${program} took longer than ${timeoutMs} ms and was stopped.`)),
      timeoutMs,
    );
    const onAbort = (): void => stop(signal?.reason);
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout?.on('data', (chunk: Buffer) => {
      if (take !== undefined) return take(chunk);
      size += chunk.length;
      if (size > MAX_PRINTED) stop(new RectoError('limit_exceeded', `${program} said more than ${MAX_PRINTED} bytes.`));
      else printed.push(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('latin1')).slice(-2_000);
    });
    child.once('error', (error) => stop('code' in error && error.code === 'ENOENT' ? missing(program, error) : error));
    child.once('close', (code, ended) => {
      finish();
      if (code === 0) resolve(Buffer.concat(printed));
      else if (ended !== null) reject(endedBy(program, ended));
      else if (code === 127 || /No such file or directory: .?ff|failed to execute ff/.test(said))
        reject(missing(program, new Error(said)));
      else if (/No space left on device|Disk quota exceeded/.test(said))
        reject(new RectoError('storage_full', 'The disk for temporary files is full.', { retryAfter: 5 }));
      else if (/not on whitelist/.test(said))
        reject(
          new RectoError(
            'unsupported_media_type',
            'The recording is coded in a way that is not taken; save it as WAV, MP3, FLAC, MP4 or WebM.',
            { cause: new Error(said) },
          ),
        );
      else
        reject(
          new RectoError('file_corrupt', `The recording cannot be read or written (${program} ended with ${code}).`, {
            cause: new Error(said),
          }),
        );
    });
  });
}
