import { z } from 'zod';
import type { Entity } from './entity.ts';
import { touchedBy } from './overlap.ts';

/** Longest recording that a rule can speak of: a day. */
const MOST_SECONDS = 86_400;
const second = z.number().min(0).max(MOST_SECONDS);

/** Seconds from the start, half open. */
const rangeShape = { from: second, to: second };
const forwards = ({ from, to }: { from: number; to: number }): boolean => to > from;
const BACKWARDS = { message: '`to` has to come after `from`; both are seconds from the start' };

/** `mute`: silence; `bleep`: a tone. */
export const soundHowSchema = z.enum(['mute', 'bleep']);

/** A stretch of sound that goes: silent, or a tone in its place. */
export const soundRuleSchema = z.strictObject({ ...rangeShape, how: soundHowSchema }).refine(forwards, BACKWARDS);
export type SoundRule = z.infer<typeof soundRuleSchema>;

/** A part of the picture that goes for a time; what moves is several of them. Pixels of the upright picture. */
export const regionRuleSchema = z
  .strictObject({
    ...rangeShape,
    x: z.number().int().min(0).max(65_535),
    y: z.number().int().min(0).max(65_535),
    width: z.number().int().min(2).max(65_535),
    height: z.number().int().min(2).max(65_535),
    /** `blur`: sixteen patches of its mean colours are left of it. */
    how: z.enum(['blur', 'box']),
  })
  .refine(forwards, BACKWARDS);
export type RegionRule = z.infer<typeof regionRuleSchema>;

/** What goes of a recording. */
export const mediaRulesSchema = z.strictObject({
  sounds: z.array(soundRuleSchema).max(500).default([]),
  regions: z.array(regionRuleSchema).max(100).default([]),
});
export type MediaRules = z.infer<typeof mediaRulesSchema>;

/**
 * What a policy says of every recording. `sounds` and `regions` go from each, as far as it is that long and has a picture;
 * `spoken` is what becomes of that which is found in a transcript.
 */
export const policyMediaSchema = z.strictObject({
  sounds: z.array(soundRuleSchema).max(100).default([]),
  regions: z.array(regionRuleSchema).max(50).default([]),
  spoken: soundHowSchema.default('mute'),
});
export type PolicyMedia = z.infer<typeof policyMediaSchema>;

/** A word of a transcript and when it is said. */
export const spokenWordSchema = z
  .strictObject({ text: z.string().trim().min(1).max(200), ...rangeShape })
  .refine(({ from, to }) => to >= from, BACKWARDS);
export type SpokenWord = z.infer<typeof spokenWordSchema>;

export const transcriptSchema = z.strictObject({
  /** In the order in which they begin. */
  words: z
    .array(spokenWordSchema)
    .min(1)
    .max(50_000)
    .refine((words) => words.every((word, index) => word.from >= (words[index - 1]?.from ?? 0)), {
      message: 'words have to stand in the order in which they begin',
    }),
});
export type Transcript = z.infer<typeof transcriptSchema>;

/** What comes with one recording: what goes of this one, and what is said in it. */
export const recordingInstructionsSchema = z.strictObject({
  ...mediaRulesSchema.shape,
  transcript: transcriptSchema.optional(),
});
export type RecordingInstructions = z.infer<typeof recordingInstructionsSchema>;

/** Speech recognizers place words this well. */
const MARGIN_SECONDS = 0.15;

/** Overlapping and touching stretches as one; a tone wins over silence. */
export function joinSounds(rules: readonly SoundRule[]): SoundRule[] {
  const joined: SoundRule[] = [];
  for (const rule of [...rules].filter(({ from, to }) => to > from).sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last === undefined || rule.from > last.to) joined.push({ ...rule });
    else {
      last.to = Math.max(last.to, rule.to);
      if (rule.how === 'bleep') last.how = 'bleep';
    }
  }
  return joined;
}

/** A word of the transcript in its text; offsets in UTF-16 units, half open. */
export interface PlacedSaying {
  word: SpokenWord;
  start: number;
  end: number;
}

/** When an entity of the transcript's text is said: the words that it touches, whole, with the pauses within; null for none. */
export function whenSaid(
  places: readonly PlacedSaying[],
  entity: Pick<Entity, 'start' | 'end'>,
): { from: number; to: number } | null {
  const said = touchedBy(places, entity).map(({ word }) => word);
  if (said.length === 0) return null;
  const from = said.reduce((least, word) => Math.min(least, word.from), MOST_SECONDS);
  const to = said.reduce((most, word) => Math.max(most, word.to), 0);
  const milliseconds = (value: number): number => Math.round(value * 1000) / 1000;
  return { from: milliseconds(Math.max(0, from - MARGIN_SECONDS)), to: milliseconds(to + MARGIN_SECONDS) };
}
