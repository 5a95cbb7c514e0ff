import { z } from 'zod';
import { MEDIA_TYPES, mediaTypeInfo } from '../media-types.ts';
import { RECORDING_TYPES, recordingType } from '../recording-types.ts';

/** What people call a document: its file name and the metadata that came with it. */
export const namesSchema = z.object({ filename: z.string(), metadata: z.record(z.string(), z.string()) });
export type Names = z.infer<typeof namesSchema>;

/** A document's names as its policy leaves them, by where they go. */
export const redactedNamesSchema = z.object({
  /** With redacted artifacts and exports, and for whoever may not see originals. */
  shown: namesSchema,
  /** The file name in search. */
  index: z.string(),
  webhook: namesSchema,
});
export type RedactedNames = z.infer<typeof redactedNamesSchema>;

/** Those of the types that can be taken in: anything else behind the last dot may as well be a name. */
const EXTENSIONS = new Set([...MEDIA_TYPES, ...RECORDING_TYPES].flatMap(({ extensions }) => extensions));

/** `.pdf` of `Jane_Doe.pdf`; empty where what follows the last dot is no extension that is known. */
export function extensionOf(filename: string): string {
  const extension = /\.([A-Za-z0-9]{1,10})$/.exec(filename)?.[1] ?? '';
  return EXTENSIONS.has(extension.toLowerCase()) ? `.${extension}` : '';
}

/** A file name that says what kind of file it is and nothing else. */
export function neutralFilename({ filename, mediaType }: { filename: string; mediaType: string | null }): string {
  const own = extensionOf(filename).toLowerCase();
  if (own !== '') return `document${own}`;
  const usual = mediaType === null ? undefined : (mediaTypeInfo(mediaType) ?? recordingType(mediaType))?.extensions[0];
  return usual === undefined ? 'document' : `document.${usual}`;
}

interface Named {
  filename: string;
  mediaType: string | null;
  redactedNames: RedactedNames | null;
}

/** What may be told of a document's names there. Where nobody could say what may stay, nothing of them. */
export const namesFor = (document: Named, place: 'shown' | 'webhook'): Names =>
  document.redactedNames?.[place] ?? { filename: neutralFilename(document), metadata: {} };

/** The file name that search has of the document, as the policy leaves it. */
export const indexName = (document: Named): string => document.redactedNames?.index ?? neutralFilename(document);
