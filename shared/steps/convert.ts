import { RectoError } from '../domain/errors.ts';
import { refineTextType } from '../domain/media-types.ts';
import { type ConvertOutput, type ProcessInput, processInputSchema } from '../domain/step-outputs.ts';
import type { SingleStep, StepContext } from '../engine/step.ts';
import { byteSource, commitArtifacts, writeArtifact } from './support/artifacts.ts';
import { stepLimits } from './support/limits.ts';

const TIMEOUT_MS = 5 * 60_000;
/** The converter stops a little before the step does, so that its own, clearer error is the one that is recorded. */
const MARGIN_MS = 15_000;

async function passwordOf(ctx: StepContext, input: ProcessInput): Promise<string | null> {
  if (input.passwordSecret === null) return null;
  const password = await ctx.ports.secrets.get(input.passwordSecret);
  if (password !== null) return password;
  throw new RectoError(
    'password_required',
    'The password that came with the document is no longer kept. Send it again.',
  );
}

/** Any supported document to the artifact `pdf`: inert, unencrypted, within the tenant's limits. */
export const convertStep: SingleStep = {
  kind: 'convert',
  pool: 'convert',
  timeoutMs: TIMEOUT_MS,
  maxAttempts: 3,
  dependsOn: 'none',
  run: async (ctx, stepInput) => {
    const input = processInputSchema.parse(stepInput.run);
    const source = await byteSource(ctx.ports, 'documents', input.sourceKey);
    const made = await ctx.converter.toPdf({
      source,
      mediaType: refineTextType(input.mediaType, input.filename),
      password: await passwordOf(ctx, input),
      limits: await stepLimits(ctx, TIMEOUT_MS - MARGIN_MS),
      signal: ctx.signal,
    });
    const pdf = await writeArtifact(ctx, {
      documentId: input.documentId,
      name: 'pdf',
      mediaType: 'application/pdf',
      body: made.pdf,
      sensitive: true,
    });
    const output: ConvertOutput = {
      pdf: { key: pdf.key },
      pages: made.pages.length,
      rows: made.rows,
      warnings: made.warnings.slice(0, 100),
    };
    return { output, commit: (tx) => commitArtifacts(tx, [pdf]) };
  },
};
