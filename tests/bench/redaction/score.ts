import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Finder } from './peers.ts';

const figure = z.object({ P: z.number(), R: z.number(), F2: z.number() });
const scores = z.object({
  samples: z.number(),
  binary: figure,
  masked: z.number(),
  msP50: z.number(),
  msP99: z.number(),
  byType: z.record(z.string(), figure.extend({ n: z.number(), masked: z.number() })),
});
export type Scores = z.infer<typeof scores>;

/** Lets a finder read labelled texts, and the scorer judge what it found. */
export async function score(
  finder: Finder,
  files: { scorer: string; dataset: string; folder: string },
  samples: readonly { full_text: string }[],
): Promise<Scores> {
  const predictions: { entities: unknown; ms: number }[] = [];
  for (const sample of samples) {
    const start = performance.now();
    const entities = await finder.find(sample.full_text);
    predictions.push({ entities, ms: performance.now() - start });
  }
  const file = path.join(files.folder, 'predictions.json');
  writeFileSync(file, JSON.stringify(predictions));
  const scored = spawnSync(process.execPath, [files.scorer, files.dataset, file], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (scored.status !== 0) throw new Error(`The scorer failed: ${scored.stderr}`);
  return scores.parse(JSON.parse(scored.stdout));
}
