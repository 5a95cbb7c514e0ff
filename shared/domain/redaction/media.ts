import { z } from 'zod';
import type { Entity } from './entity.ts';

/** Seconds from the start, half open. */
const rangeShape = { from: z.number().min(0), to: z.number().positive() };

/** A stretch of sound that goes: silent, or a tone in its place. */
export const soundRuleSchema = z.strictObject({ ...rangeShape, how: z.enum(['mute', 'bleep']) });
export type SoundRule = z.infer<typeof soundRuleSchema>;

/** A part of the picture that goes for a time; what moves is several of them. Pixels of the upright picture. */
export const regionRuleSchema = z.strictObject({
  ...rangeShape,
  x: z.number().int().min(0),
  y: z.number().int().min(0),
  width: z.number().int().min(2),
  height: z.number().int().min(2),
  /** `blur`: sixteen patches of its mean colours are left of it. */
  how: z.enum(['blur', 'box']),
});
export type RegionRule = z.infer<typeof regionRuleSchema>;

/** What goes of a recording. */
export const mediaRulesSchema = z.strictObject({
  sounds: z.array(soundRuleSchema).max(500).default([]),
  regions: z.array(regionRuleSchema).max(100).default([]),
});
export type MediaRules = z.infer<typeof mediaRulesSchema>;

/** A word of a transcript and when it is said. */
export interface SpokenWord {
  text: string;
  from: number;
  to: number;
}

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

/**
 * When a transcript says what goes: `find` is given its words with a space between, as the text of a page is searched.
 * A word that an entity touches goes whole, and so do the pauses within it.
 */
export function spokenEntities(
  words: readonly SpokenWord[],
  find: (text: string) => readonly Entity[],
  how: SoundRule['how'],
): SoundRule[] {
  let text = '';
  const places = words.map((word) => {
    const start = text.length === 0 ? 0 : text.length + 1;
    text = text.length === 0 ? word.text : `${text} ${word.text}`;
    return { word, start, end: text.length };
  });
  const rules = find(text).flatMap((entity): SoundRule[] => {
    const said = places.filter(({ start, end }) => start < entity.end && entity.start < end).map(({ word }) => word);
    if (said.length === 0) return [];
    const from = Math.max(0, Math.min(...said.map((word) => word.from)) - MARGIN_SECONDS);
    return [{ from, to: Math.max(...said.map((word) => word.to)) + MARGIN_SECONDS, how }];
  });
  return joinSounds(rules);
}
