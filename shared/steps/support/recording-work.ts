import type { Policy } from '../../domain/policy.ts';
import {
  type MediaRules,
  type RegionRule,
  type SoundRule,
  type SpokenWord,
  whenSaid,
} from '../../domain/redaction/media.ts';
import type { Names } from '../../domain/redaction/names.ts';
import type { RedactionReport } from '../../domain/redaction/report.ts';
import { placeSayings, transcriptPage, transcriptResult } from '../../domain/redaction/transcript.ts';
import type { ProcessInput } from '../../domain/step-outputs.ts';
import type { StepContext } from '../../engine/step.ts';
import { ownDocument } from './artifacts.ts';
import { openReview } from './open-review.ts';
import { privacyPolicy } from './privacy-policy.ts';
import { readInstructions } from './recording-instructions.ts';
import { type NameViews, nameViews } from './redacted-names.ts';
import { type Review, type View, viewsOf } from './redaction-work.ts';

type Reported = NonNullable<RedactionReport['recording']>;

/** A recording and all that was said about what goes of it. */
export interface RecordingWork {
  documentId: string;
  sha256: string | null;
  policy: Policy;
  review: Review;
  words: readonly SpokenWord[];
  /** What people call it. */
  names: Names & { mediaType: string | null };
  views: NameViews & Readonly<Record<'text' | 'recording', View>>;
  /** Whether the policy, the upload or a person has said what is to be done with the recording. */
  asked: boolean;
  /** Of this recording. */
  rules: MediaRules;
  /** Of every recording. */
  standing: MediaRules;
  /** Both, each with who asked for it. */
  told: Pick<Reported, 'sounds' | 'regions'>;
}

/** All that says what goes of a recording: the policy, what came with it, what a person added, what is said in it. */
export async function recordingWork(ctx: StepContext, { documentId }: ProcessInput): Promise<RecordingWork> {
  const [policy, review, instructions, document] = await Promise.all([
    privacyPolicy(ctx),
    openReview(ctx, documentId),
    readInstructions(ctx.ports, documentId),
    ownDocument(ctx.ports.store, documentId, ctx.runId),
  ]);
  const { media } = policy;
  const words = instructions.transcript?.words ?? [];
  const spoken = { policy, review: { kept: review.kept, added: [] }, ocr: transcriptResult(words), fields: null };
  const { filename, metadata, mediaType, sha256 } = document;
  const names = { filename, metadata, mediaType };
  const view = viewsOf(ctx, { ...spoken, region: 'US', names });
  const views = { ...(await nameViews(view)), recording: await view('recording') };
  const standing = { sounds: media?.sounds ?? [], regions: media?.regions ?? [] };
  const rules = {
    sounds: [
      ...because('upload', instructions.sounds),
      ...because('review', review.media.sounds),
      ...because('transcript', spokenSounds(words, views.recording, media?.spoken ?? 'mute')),
    ],
    regions: [...because('upload', instructions.regions), ...because('review', review.media.regions)],
  };
  return {
    ...{ documentId, sha256, policy, review, words, names, views, standing },
    asked: media !== null || words.length > 0 || rules.sounds.length > 0 || rules.regions.length > 0,
    rules: { sounds: rules.sounds.map(soundOf), regions: rules.regions.map(regionOf) },
    told: {
      sounds: [...because('policy', standing.sounds), ...rules.sounds],
      regions: [...because('policy', standing.regions), ...rules.regions],
    },
  };
}

type Cause = Reported['sounds'][number]['because'];
const because = <T>(cause: Cause, rules: readonly T[]): (T & { because: Cause })[] =>
  rules.map((rule) => ({ ...rule, because: cause }));
const soundOf = ({ because: _, ...rule }: Reported['sounds'][number]): SoundRule => rule;
const regionOf = ({ because: _, ...rule }: Reported['regions'][number]): RegionRule => rule;

/** When what goes of the transcript is said. */
function spokenSounds(words: readonly SpokenWord[], { redactor }: View, how: SoundRule['how']): SoundRule[] {
  if (words.length === 0) return [];
  const places = placeSayings(words);
  return redactor.redactPage(transcriptPage(words)).entities.flatMap((entity) => {
    const range = whenSaid(places, entity);
    return range === null ? [] : [{ ...range, how }];
  });
}
