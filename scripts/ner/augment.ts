import type { Random } from './random.ts';
import type { Sample } from './samples.ts';

/** Changes letters one for one, so that offsets stay. */
const mapped = (sample: Sample, change: (text: string) => string): Sample => {
  const text = change(sample.text);
  return text.length === sample.text.length ? { ...sample, text } : sample;
};

/** Replaces pieces outside of labels and moves the labels along. */
function rewritten(sample: Sample, pattern: RegExp, by: (match: string) => string): Sample {
  let text = '';
  let at = 0;
  const spans = sample.spans.map((span) => ({ ...span }));
  const edits: { at: number; delta: number }[] = [];
  for (const match of sample.text.matchAll(pattern)) {
    const end = match.index + match[0].length;
    if (sample.spans.some((span) => span.start < end && span.end > match.index)) continue;
    const put = by(match[0]);
    text += sample.text.slice(at, match.index) + put;
    edits.push({ at: end, delta: put.length - match[0].length });
    at = end;
  }
  text += sample.text.slice(at);
  for (const span of spans) {
    const delta = edits.filter((edit) => edit.at <= span.start).reduce((sum, edit) => sum + edit.delta, 0);
    span.start += delta;
    span.end += delta;
  }
  return { ...sample, text, spans };
}

const SHORT: Readonly<Record<string, string>> = {
  you: 'u',
  are: 'r',
  and: 'n',
  your: 'ur',
  to: '2',
  for: '4',
  with: 'w/',
  because: 'cuz',
  please: 'pls',
  thanks: 'thx',
  tomorrow: 'tmrw',
  tonight: '2nite',
};
const TAILS = [
  ' lol',
  ' haha',
  ' omg',
  ' :)',
  ' :(',
  ' <3',
  ' !!!',
  ' 😂',
  ' 😍🔥',
  ' #fail',
  ' smh',
  ' rt',
  ' xx',
  ' 🙏',
  '...',
  ' http://t.co/x8Kd2',
];
const HEADS = ['lol ', 'RT @joe_22: ', '@anna_xo ', 'omg ', 'ok so ', 'yo ', 'so ', '@bigmike @lulu ', 'haha ', '"'];

/** Broken into lines as a narrow page does, in names too. */
const wrapped = (sample: Sample, random: Random): Sample => {
  let column = 0;
  const width = 20 + random.below(60);
  return mapped(sample, (text) =>
    text.replace(/ |\n/g, (gap, at: number) => {
      if (gap === ' ' && at - column < width) return gap;
      column = at;
      return '\n';
    }),
  );
};

/** One of the ways in which people really write: no capitals, all capitals, no punctuation, the slang of short messages. */
export function augment(sample: Sample, random: Random): Sample {
  if (sample.unknown.length > 0) return random.chance(0.3) ? mapped(sample, (text) => text.toLowerCase()) : sample;
  const social = sample.source === 'social';
  let out = random.chance(0.06) && sample.source !== 'business' ? wrapped(sample, random) : sample;
  if (random.chance(social ? 0.3 : 0.04)) out = rewritten(out, /[.,!?;:]+/g, () => '');
  if (random.chance(social ? 0.35 : 0.05))
    out = rewritten(out, /\b[a-z]+\b/g, (word) => (random.chance(0.6) ? (SHORT[word] ?? word) : word));
  if (random.chance(social ? 0.15 : 0.02))
    out = rewritten(out, /\b[a-z]*[aeiouy]\b/g, (word) =>
      random.chance(0.15) ? word + word.slice(-1).repeat(1 + random.below(4)) : word,
    );
  if (social && random.chance(0.3)) out = { ...out, text: out.text + random.pick(TAILS) };
  if (social && random.chance(0.25)) {
    const head = random.pick(HEADS);
    out = {
      ...out,
      text: head + out.text,
      spans: out.spans.map((span) => ({ ...span, start: span.start + head.length, end: span.end + head.length })),
    };
  }
  const roll = random.next();
  if (roll < (social ? 0.3 : 0.13)) return mapped(out, (text) => text.toLowerCase());
  if (roll < (social ? 0.36 : 0.18)) return mapped(out, (text) => text.toUpperCase());
  if (roll < (social ? 0.42 : 0.22))
    return mapped(out, (text) => text.replace(/(?<![\p{L}'’])\p{Ll}/gu, (letter) => letter.toUpperCase()));
  if (roll < (social ? 0.55 : 0.27)) {
    // Names alone in small letters, or alone in capitals.
    const upper = random.chance(0.3);
    let text = out.text;
    for (const span of out.spans) {
      const value = text.slice(span.start, span.end);
      const changed = upper ? value.toUpperCase() : value.toLowerCase();
      if (changed.length === value.length) text = text.slice(0, span.start) + changed + text.slice(span.end);
    }
    return { ...out, text };
  }
  return out;
}

/** Several texts as one, as a document has them. */
export function joined(samples: readonly Sample[], random: Random): Sample {
  const [head] = samples;
  if (head === undefined) throw new Error('Nothing to join.');
  if (samples.length === 1) return head;
  const gap = random.pick([' ', ' ', '\n', '\n\n']);
  let text = '';
  const spans: Sample['spans'] = [];
  const unknown: Sample['unknown'] = [];
  for (const sample of samples) {
    if (text !== '') text += gap;
    const shift = text.length;
    text += sample.text;
    for (const span of sample.spans) spans.push({ ...span, start: span.start + shift, end: span.end + shift });
    for (const span of sample.unknown) unknown.push({ start: span.start + shift, end: span.end + shift });
  }
  return { ...head, text, spans, unknown, unlabelled: [...new Set(samples.flatMap((sample) => sample.unlabelled))] };
}
