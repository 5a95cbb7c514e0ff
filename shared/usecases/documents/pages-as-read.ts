import { ocrResultSchema, type Page } from '../../domain/page.ts';
import { transcriptSchema } from '../../domain/redaction/media.ts';
import { transcriptPage } from '../../domain/redaction/transcript.ts';
import type { UseCaseContext } from '../context.ts';
import { artifactJson } from './artifact-json.ts';

/** What was read of a document, page by page; of a recording its transcript as a page. Errors: those of `artifactJson`. */
export async function pagesAsRead(
  ctx: UseCaseContext,
  { recording, ...of }: { documentId: string; recording: boolean; advice: string },
): Promise<readonly Page[]> {
  if (!recording) return ocrResultSchema.parse(await artifactJson(ctx, { ...of, name: 'ocr.json' })).pages;
  return [transcriptPage(transcriptSchema.parse(await artifactJson(ctx, { ...of, name: 'transcript.json' })).words)];
}
