import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { NER_TYPES, type NerType } from '#shared/domain/redaction/ner/labels.ts';
import { FILLERS } from './fillers.ts';
import type { Lists } from './lists.ts';
import type { Piece } from './pieces.ts';
import type { Random } from './random.ts';

/** A text with its labels. What no label covers is outside, save for types its source does not label at all. */
export interface Sample {
  text: string;
  spans: { start: number; end: number; type: NerType }[];
  /** Types that may stand unlabelled in it. */
  unlabelled: readonly NerType[];
  /** Spans whose type is not ours to tell: anything may be learned there. */
  unknown: { start: number; end: number }[];
  /** Samples of one group come from one template: never split between training and test. */
  group: string;
  source: string;
}

const isType = (name: string): name is NerType => NER_TYPES.some((type) => type === name);

/** `[a|b|{slot} c]` picks one; `{slot}` is filled. */
export function expand(template: string, random: Random, lists: Lists): Piece[] {
  let text = template;
  for (;;) {
    const next = text.replace(/\[([^[\]]*)\]/g, (whole, inside: string) =>
      inside.includes('|') ? random.pick(inside.split('|')) : whole.replace('[', '\u0001').replace(']', '\u0002'),
    );
    if (next === text) break;
    text = next;
  }
  text = text
    .replaceAll('\u0001', '[')
    .replaceAll('\u0002', ']')
    .replace(/,\?/g, () => random.pick([',', '']));
  text = text.replaceAll('\\n', '\n').replaceAll('\\t', '\t').replaceAll(':?', ':');
  return text.split(/(\{\w+\})/).flatMap((part): Piece[] => {
    const filler = FILLERS[part.slice(1, -1)];
    if (!part.startsWith('{') || filler === undefined) return part === '' ? [] : [{ text: part }];
    const made = filler(random, lists);
    return Array.isArray(made) ? made : [made];
  });
}

export function assemble(pieces: readonly Piece[], group: string, source: string): Sample {
  let text = '';
  const spans: Sample['spans'] = [];
  for (const piece of pieces) {
    const start = text.length;
    text += piece.text;
    if (piece.type !== undefined && isType(piece.type)) spans.push({ start, end: text.length, type: piece.type });
  }
  return { text, spans, unlabelled: [], unknown: [], group, source };
}

export function readTemplates(folder: string): { name: string; lines: string[] }[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.txt'))
    .sort()
    .map((file) => ({
      name: file.replace('.txt', ''),
      lines: readFileSync(path.join(folder, file), 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== ''),
    }));
}

const labelled = z.array(
  z.object({
    full_text: z.string(),
    template_id: z.number().nullish(),
    spans: z.array(z.object({ entity_type: z.string(), start_position: z.number(), end_position: z.number() })),
  }),
);

const TYPES: Readonly<Record<string, NerType>> = {
  PERSON: 'PERSON',
  ORGANIZATION: 'ORGANIZATION',
  LOCATION: 'LOCATION',
  LOC: 'LOCATION',
  GPE: 'LOCATION',
  ADDRESS: 'ADDRESS',
  STREET_ADDRESS: 'ADDRESS',
  ZIP_CODE: 'ADDRESS',
  DATE_TIME: 'DATE_TIME',
  TITLE: 'TITLE',
  PREFIX: 'TITLE',
  AGE: 'AGE',
  NRP: 'NRP',
};
/** At the head of a name; a title of its own here. */
const HONORIFIC = /^(?:mr|mrs|ms|miss|dr|prof)(?:\.\s*|\s+|$)/i;

/**
 * Texts labelled elsewhere, in presidio-research's format; none where the file is not at hand. What it does not label is said by
 * type where it may be anything, by a pattern where it can be told.
 */
export function readLabelled(
  file: string,
  source: string,
  { unlabelled = [], open }: { unlabelled?: readonly NerType[]; open?: RegExp },
): Sample[] {
  if (!existsSync(file)) return [];
  return labelled.parse(JSON.parse(readFileSync(file, 'utf8'))).map((sample, index) => {
    const spans: Sample['spans'] = [];
    const unknown: Sample['unknown'] = [];
    for (const span of sample.spans) {
      const { start_position: start, end_position: end } = span;
      const value = sample.full_text.slice(start, end);
      const honorific = HONORIFIC.exec(value)?.[0];
      const type = TYPES[span.entity_type];
      if (type === 'PERSON' && honorific !== undefined) {
        spans.push({ start, end: start + honorific.trimEnd().length, type: 'TITLE' });
        if (honorific.length < value.length) spans.push({ start: start + honorific.length, end, type });
      } else if (type !== undefined) spans.push({ start, end, type });
      else if (span.entity_type === 'MISC') unknown.push({ start, end });
    }
    if (open !== undefined)
      for (const { index: start, 0: value } of sample.full_text.matchAll(open))
        unknown.push({ start, end: start + value.length });
    return {
      text: sample.full_text,
      spans: spans.sort((a, b) => a.start - b.start),
      unlabelled,
      unknown,
      group: `${source}-${sample.template_id ?? Math.floor(index / 10)}`,
      source,
    };
  });
}
