export interface Glyph {
  text: string;
  /** Probability the model gave it, 0 to 1. */
  confidence: number;
  /** Centre, as a fraction of the input's width in time steps. */
  step: number;
}

/**
 * Greedy CTC decoding (Graves et al., 2006): the best class of each time step, repeats merged, blanks (class 0) dropped.
 * A glyph's position is the middle of its run of steps.
 */
export function decodeCtc(
  probabilities: Float32Array,
  offset: number,
  steps: number,
  charset: readonly string[],
): Glyph[] {
  const classes = charset.length;
  const glyphs: Glyph[] = [];
  let previous = 0;
  let runStart = 0;
  let runBest = 0;
  const close = (end: number): void => {
    if (previous !== 0)
      glyphs.push({ text: charset[previous] ?? '', confidence: Math.min(1, runBest), step: (runStart + end) / 2 });
  };
  for (let t = 0; t < steps; t++) {
    const row = offset + t * classes;
    const best = bestClass(probabilities, row, classes, previous);
    const bestValue = probabilities[row + best] ?? 0;
    if (best === previous) {
      if (bestValue > runBest) runBest = bestValue;
      continue;
    }
    close(t);
    previous = best;
    runStart = t;
    runBest = bestValue;
  }
  close(steps);
  return glyphs;
}

/**
 * The most probable class of a row. The probabilities of a row sum to 1, so one of more than a half is the best, and most
 * steps repeat the one before or are blank: of some 18,000 classes few are looked at.
 */
function bestClass(probabilities: Float32Array, row: number, classes: number, guess: number): number {
  if ((probabilities[row + guess] ?? 0) > 0.5) return guess;
  let best = 0;
  let value = probabilities[row] ?? 0;
  for (let k = 1; k < classes && value <= 0.5; k++) {
    const other = probabilities[row + k] ?? 0;
    if (other > value) {
      value = other;
      best = k;
    }
  }
  return best;
}
