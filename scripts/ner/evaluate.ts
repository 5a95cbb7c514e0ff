import { factsOf } from '#shared/domain/redaction/ner/facts.ts';
import { beginOf, insideOf, NER_TYPES, OUTSIDE } from '#shared/domain/redaction/ner/labels.ts';
import { bestLabels, emissions, type NerModel } from '#shared/domain/redaction/ner/model.ts';
import { type Tokens, tokenize } from '#shared/domain/redaction/ner/tokenize.ts';
import type { Sample } from './samples.ts';

interface Count {
  truth: number;
  predicted: number;
  hits: number;
  covered: number;
}

function spansOf(labels: Uint8Array, tokens: Tokens): Sample['spans'] {
  const spans: Sample['spans'] = [];
  labels.forEach((label, i) => {
    if (label === OUTSIDE) return;
    const type = NER_TYPES[(label - 1) >> 1];
    const end = tokens.ends[i] ?? 0;
    const last = spans.at(-1);
    if (label === insideOf((label - 1) >> 1) && last !== undefined) last.end = end;
    else if (type !== undefined && label === beginOf((label - 1) >> 1))
      spans.push({ start: tokens.starts[i] ?? 0, end, type });
  });
  return spans;
}

/** Prints precision, recall (exact spans) and the share of true spans found in part, by test set and type. */
export function evaluate(model: NerModel, tests: Readonly<Record<string, readonly Sample[]>>, bias = 0.5): void {
  for (const [name, samples] of Object.entries(tests)) {
    if (samples.length === 0) continue;
    const counts = new Map<string, Count>();
    const of = (type: string): Count => {
      const known = counts.get(type) ?? { truth: 0, predicted: 0, hits: 0, covered: 0 };
      counts.set(type, known);
      return known;
    };
    for (const sample of samples) {
      const tokens = tokenize(sample.text, 0, sample.text.length);
      const facts = factsOf(sample.text, tokens, model.lexicon);
      const found = spansOf(
        bestLabels(emissions(model, facts, tokens.count), model.transitions, tokens.count, bias),
        tokens,
      );
      for (const span of sample.spans) {
        of(span.type).truth++;
        if (found.some((other) => other.type === span.type && other.start === span.start && other.end === span.end))
          of(span.type).hits++;
        if (found.some((other) => other.start < span.end && other.end > span.start)) of(span.type).covered++;
      }
      for (const span of found)
        if (
          !sample.unlabelled.includes(span.type) &&
          !sample.unknown.some((other) => other.start < span.end && other.end > span.start)
        )
          of(span.type).predicted++;
    }
    const row = [...counts]
      .sort((a, b) => b[1].truth - a[1].truth)
      .map(([type, count]) => {
        const share = (value: number, of: number): string =>
          of === 0 ? '-' : (value / of).toFixed(2).replace('0.', '.');
        return `${type} ${count.truth}: P ${share(count.hits, count.predicted)} R ${share(count.hits, count.truth)} part ${share(count.covered, count.truth)}`;
      });
    console.log(`${name} (${samples.length}): ${row.join(' | ')}`);
  }
}
