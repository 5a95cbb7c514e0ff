import { recordingType } from './recording-types.ts';
import { type Workflow, workflowSchema } from './workflow.ts';

/** Grows when the built-in steps change their results: finished results of an older revision are not reused. */
export const PIPELINE_REVISION = 4;

/** The main job: any document in; searchable, structured, redacted output out. */
export const processDocument: Workflow = workflowSchema.parse({
  id: 'process-document',
  version: 1,
  steps: [
    { id: 'convert', kind: 'convert' },
    { id: 'ocr', kind: 'ocr', needs: ['convert'] },
    { id: 'extract', kind: 'extract', needs: ['ocr'] },
    { id: 'redact', kind: 'redact', needs: ['ocr', 'extract'] },
    { id: 'index', kind: 'index', needs: ['redact'], advisory: true },
  ],
});

/** Audio or video in: what the policy, the upload and people ask to go of it goes, and of its transcript. */
export const processRecording: Workflow = workflowSchema.parse({
  id: 'process-recording',
  version: 1,
  steps: [
    { id: 'redact', kind: 'redact-media' },
    { id: 'index', kind: 'index', needs: ['redact'], advisory: true },
  ],
});

/** What processes a document of the type. */
export const workflowFor = (mediaType: string | null): Workflow =>
  recordingType(mediaType) === null ? processDocument : processRecording;

/** Whether a run of it makes a document's results. */
export const makesResults = ({ id }: Pick<Workflow, 'id'>): boolean =>
  id === processDocument.id || id === processRecording.id;

/** Takes over the finished results of a document with the same bytes and configuration. */
export const reuseResult: Workflow = workflowSchema.parse({
  id: 'reuse-result',
  version: 1,
  steps: [
    { id: 'reuse', kind: 'reuse' },
    { id: 'index', kind: 'index', needs: ['reuse'], advisory: true },
  ],
});

/** Whether the end of a run of it is the end of its document's processing. */
export const processesDocument = (workflow: Pick<Workflow, 'id'>): boolean =>
  makesResults(workflow) || workflow.id === reuseResult.id;

/** Tells the tenant's webhooks how a run ended; a run of its own, so that a slow receiver never holds a document up. */
export const notify: Workflow = workflowSchema.parse({
  id: 'notify',
  version: 1,
  steps: [{ id: 'webhook', kind: 'webhook' }],
});
