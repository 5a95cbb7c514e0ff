import { z } from 'zod';
import { RectoError } from '../../../domain/errors.ts';
import type { RecordingType } from '../../../domain/recording-types.ts';
import { readAs, runTool } from './media-tools.ts';

/** What every run of the tools of one call is bound by. */
export interface MediaCall {
  /** The only folder that is written to. */
  dir: string;
  /** Of the monotonic clock, ms: all of them together end by then. */
  deadline: number;
  maxOutputBytes: number;
  signal?: AbortSignal | undefined;
}

/** `N/A` and the like: not known. */
const known = z.preprocess((value) => {
  const read = Number(value);
  return Number.isFinite(read) && read >= 0 ? read : null;
}, z.number().nullable());
const rate = z.preprocess((value) => {
  const [over = Number.NaN, under = 1] = String(value).split('/').map(Number);
  return Number.isFinite(over / under) && over > 0 ? over / under : null;
}, z.number().nullable());
const tags = z.record(z.string(), z.string()).default({});

const probeSchema = z.object({
  format: z.object({ duration: known, tags }),
  chapters: z.array(z.unknown()).default([]),
  streams: z.array(
    z.object({
      index: z.number().int(),
      codec_type: z.string().default('unknown'),
      width: z.number().default(0),
      height: z.number().default(0),
      channels: z.number().int().default(1),
      duration: known,
      avg_frame_rate: rate,
      disposition: z.object({ attached_pic: z.number().default(0) }).default({ attached_pic: 0 }),
      tags,
    }),
  ),
});
export type Probed = z.infer<typeof probeSchema>;
export type ProbedStream = Probed['streams'][number];

/** Runs a tool in what is left of the call's time. */
export function tool(
  call: MediaCall,
  program: 'ffmpeg' | 'ffprobe',
  args: readonly string[],
  take?: (chunk: Buffer) => void,
): Promise<Buffer> {
  const timeoutMs = Math.max(1, Math.round(call.deadline - performance.now()));
  const { dir, maxOutputBytes, signal } = call;
  return runTool({ program, args, dir, timeoutMs, maxOutputBytes, signal, ...(take === undefined ? {} : { take }) });
}

/** What a recording says of itself. Errors: `file_corrupt`, and those of `runTool`. */
export async function probe(call: MediaCall, file: string, container: RecordingType['container']): Promise<Probed> {
  const shown = ['-show_format', '-show_streams', '-show_chapters', '-of', 'json'];
  const said = await tool(call, 'ffprobe', ['-v', 'error', ...readAs(container), ...shown, file]);
  const parsed = probeSchema.safeParse(JSON.parse(said.toString('utf8')));
  if (parsed.success) return parsed.data;
  throw new RectoError('file_corrupt', 'The recording says things of itself that make no sense; save it anew.', {
    cause: parsed.error,
  });
}

/** The picture that moves, not a cover. */
export const pictureOf = ({ streams }: Probed): ProbedStream | undefined =>
  streams.find((one) => one.codec_type === 'video' && one.disposition.attached_pic === 0);
export const soundOf = ({ streams }: Probed): ProbedStream | undefined =>
  streams.find((one) => one.codec_type === 'audio');
