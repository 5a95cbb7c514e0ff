import { artifactId } from '../domain/artifact-id.ts';
import { artifacts } from '../domain/collections.ts';
import type { Artifact } from '../domain/document.ts';
import { REDACTED_RECORDINGS } from '../domain/recording-types.ts';
import { whenSaid } from '../domain/redaction/media.ts';
import type { RedactionReport } from '../domain/redaction/report.ts';
import { placeSayings, transcriptPage } from '../domain/redaction/transcript.ts';
import { type ProcessInput, processInputSchema, type RedactMediaOutput } from '../domain/step-outputs.ts';
import type { SingleStep, StepContext } from '../engine/step.ts';
import { byteSource, writeArtifact } from './support/artifacts.ts';
import { INDEXED } from './support/indexed-artifacts.ts';
import { type RecordingWork, recordingWork } from './support/recording-work.ts';
import { type ReportedEntity, redactTexts } from './support/redact-texts.ts';
import { redactedNames } from './support/redacted-names.ts';
import { commitRedaction, REPORT, typesToReview, writeReport } from './support/redaction-results.ts';

/** Longer than a recording may take by any configuration, so that its own, clearer error is the one that is recorded. */
const TIMEOUT_MS = 3_600_000;

/** All that may be made; what an earlier run made and this one does not is out of date. */
const NAMES = [...Object.values(REDACTED_RECORDINGS), 'transcript.json', 'text', 'redacted.txt', INDEXED.text, REPORT];

/**
 * A recording without what the policy, its upload or a person wants gone of it, and its transcript without what the policy
 * takes out. Where nobody has asked for anything nothing is made but a report that says so: bytes nobody looked at are not
 * called redacted. Fails with `redaction_unverified` rather than hand over what could not be checked.
 */
export const redactMediaStep: SingleStep = {
  kind: 'redact-media',
  pool: 'convert',
  timeoutMs: TIMEOUT_MS,
  maxAttempts: 3,
  async run(ctx, stepInput) {
    const input = processInputSchema.parse(stepInput.run);
    const work = await recordingWork(ctx, input);
    const spoken = await redactTranscript(ctx, work);
    const recording = work.asked ? await redactRecording(ctx, work, input) : null;
    const names = await redactedNames(ctx.ports, work.names, work.views);
    const types = typesToReview(Object.values(work.views), [...spoken.reported, ...names.found]);
    const held = types.length > 0 && !work.review.accepted;
    const made = [...spoken.made, ...(recording === null ? [] : [recording.artifact])];
    const report = await writeReport(ctx, work, {
      ...{ made, types, entities: spoken.reported, names: names.found, pages: [], verification: null },
      recording: { made: recording?.facts ?? null, ...work.told },
    });
    const written: Artifact[] = [...spoken.originals, ...made.map((artifact) => ({ ...artifact, held })), report];
    const stale = NAMES.filter((name) => !written.some((artifact) => artifact.name === name));
    const output: RedactMediaOutput = {
      recording: recording === null ? null : { key: recording.artifact.key },
      text: spoken.text === null ? null : { key: spoken.text.key },
      entities: spoken.counts,
      policy: { id: work.policy.id, version: work.policy.version },
    };
    return {
      output,
      commit: async (tx) => {
        const { documentId } = work;
        await commitRedaction(tx, ctx, { documentId, written, held, redactedNames: names.redactedNames });
        for (const name of stale) tx.delete(artifacts, { id: artifactId(documentId, name) });
      },
    };
  },
};

interface Spoken {
  /** What was said, as it came. */
  originals: Artifact[];
  made: Artifact[];
  text: Artifact | null;
  /** Of the text and of the sound: what the policy treats alike is there once. */
  reported: ReportedEntity[];
  counts: Record<string, number>;
}

/** The transcript as it came and as the policy leaves it; nothing without one. */
async function redactTranscript(ctx: StepContext, work: RecordingWork): Promise<Spoken> {
  const { documentId, words, views } = work;
  if (words.length === 0) return { originals: [], made: [], text: null, reported: [], counts: {} };
  const page = transcriptPage(words);
  const texts = { documentId, total: 1, pages: new Map([[1, page]]) };
  const text = await redactTexts(ctx, { ...texts, form: 'text', view: views.text });
  const made = [text.artifact];
  if (views.index !== views.text)
    made.push((await redactTexts(ctx, { ...texts, form: 'index', view: views.index })).artifact);
  const original = { documentId, sensitive: true };
  const originals = [
    await writeArtifact(ctx, {
      ...original,
      name: 'transcript.json',
      mediaType: 'application/json',
      body: JSON.stringify({ words }),
    }),
    await writeArtifact(ctx, {
      ...original,
      name: 'text',
      mediaType: 'text/plain; charset=utf-8',
      body: page.lines.map((line) => line.text).join('\n'),
    }),
  ];
  const places = placeSayings(words);
  const reported = text.reported.map((entity): ReportedEntity => {
    const said = whenSaid(places, entity);
    return { ...entity, boxes: [], ...(said === null ? {} : { said }) };
  });
  return { originals, made, text: text.artifact, reported, counts: text.counts };
}

type Made = { artifact: Artifact; facts: NonNullable<NonNullable<RedactionReport['recording']>['made']> };

async function redactRecording(ctx: StepContext, work: RecordingWork, input: ProcessInput): Promise<Made> {
  const { documentId, words, rules, standing } = work;
  const { media, mediaType, ...facts } = await ctx.media.redact({
    source: await byteSource(ctx.ports, 'documents', input.sourceKey),
    mediaType: input.mediaType,
    ...{ rules, standing },
    lastsAtLeast: words.reduce((most, { to }) => Math.max(most, to), 0),
    signal: ctx.signal,
  });
  const name = REDACTED_RECORDINGS[mediaType];
  const artifact = await writeArtifact(ctx, { documentId, name, mediaType, body: media, sensitive: false });
  return { artifact, facts };
}
