/** How a type is handled: which engine turns it into a PDF. */
export type MediaFamily = 'pdf' | 'word' | 'sheet' | 'slides' | 'image' | 'text' | 'html' | 'mail';

export interface MediaTypeInfo {
  mediaType: string;
  /** Without the dot; the first is the usual one. */
  extensions: readonly string[];
  family: MediaFamily;
  label: string;
}

const ooxml = 'application/vnd.openxmlformats-officedocument';
const odf = 'application/vnd.oasis.opendocument';

/** Every type that can be taken in. What is not here is `unsupported_media_type`. */
export const MEDIA_TYPES: readonly MediaTypeInfo[] = [
  { mediaType: 'application/pdf', extensions: ['pdf'], family: 'pdf', label: 'PDF' },
  { mediaType: 'application/msword', extensions: ['doc', 'dot'], family: 'word', label: 'Word 6 to 2003' },
  {
    mediaType: `${ooxml}.wordprocessingml.document`,
    extensions: ['docx', 'dotx'],
    family: 'word',
    label: 'Word',
  },
  {
    mediaType: 'application/vnd.ms-word.document.macroenabled.12',
    extensions: ['docm', 'dotm'],
    family: 'word',
    label: 'Word with macros',
  },
  { mediaType: `${odf}.text`, extensions: ['odt', 'ott'], family: 'word', label: 'OpenDocument text' },
  {
    mediaType: `${odf}.text-flat-xml`,
    extensions: ['fodt'],
    family: 'word',
    label: 'OpenDocument text, flat XML',
  },
  { mediaType: 'application/rtf', extensions: ['rtf'], family: 'word', label: 'Rich Text Format' },
  { mediaType: 'application/vnd.ms-excel', extensions: ['xls', 'xlt'], family: 'sheet', label: 'Excel 4 to 2003' },
  { mediaType: `${ooxml}.spreadsheetml.sheet`, extensions: ['xlsx', 'xltx'], family: 'sheet', label: 'Excel' },
  {
    mediaType: 'application/vnd.ms-excel.sheet.macroenabled.12',
    extensions: ['xlsm', 'xltm'],
    family: 'sheet',
    label: 'Excel with macros',
  },
  { mediaType: `${odf}.spreadsheet`, extensions: ['ods', 'ots'], family: 'sheet', label: 'OpenDocument spreadsheet' },
  {
    mediaType: `${odf}.spreadsheet-flat-xml`,
    extensions: ['fods'],
    family: 'sheet',
    label: 'OpenDocument spreadsheet, flat XML',
  },
  { mediaType: 'text/csv', extensions: ['csv', 'tsv'], family: 'sheet', label: 'Comma-separated values' },
  {
    mediaType: 'application/vnd.ms-powerpoint',
    extensions: ['ppt', 'pps', 'pot'],
    family: 'slides',
    label: 'PowerPoint 97 to 2003',
  },
  {
    mediaType: `${ooxml}.presentationml.presentation`,
    extensions: ['pptx', 'ppsx', 'potx'],
    family: 'slides',
    label: 'PowerPoint',
  },
  {
    mediaType: 'application/vnd.ms-powerpoint.presentation.macroenabled.12',
    extensions: ['pptm', 'ppsm', 'potm'],
    family: 'slides',
    label: 'PowerPoint with macros',
  },
  { mediaType: `${odf}.presentation`, extensions: ['odp', 'otp'], family: 'slides', label: 'OpenDocument slides' },
  {
    mediaType: `${odf}.presentation-flat-xml`,
    extensions: ['fodp'],
    family: 'slides',
    label: 'OpenDocument slides, flat XML',
  },
  {
    mediaType: 'application/x-ooxml-encrypted',
    extensions: ['docx', 'xlsx', 'pptx'],
    family: 'word',
    label: 'Encrypted Office document (which kind shows once it is opened)',
  },
  { mediaType: 'text/html', extensions: ['html', 'htm', 'xhtml'], family: 'html', label: 'HTML' },
  { mediaType: 'text/plain', extensions: ['txt', 'text', 'log'], family: 'text', label: 'Plain text' },
  { mediaType: 'text/markdown', extensions: ['md', 'markdown'], family: 'text', label: 'Markdown' },
  { mediaType: 'message/rfc822', extensions: ['eml'], family: 'mail', label: 'E-mail message' },
  { mediaType: 'image/png', extensions: ['png'], family: 'image', label: 'PNG' },
  { mediaType: 'image/jpeg', extensions: ['jpg', 'jpeg'], family: 'image', label: 'JPEG' },
  { mediaType: 'image/tiff', extensions: ['tif', 'tiff'], family: 'image', label: 'TIFF' },
  { mediaType: 'image/webp', extensions: ['webp'], family: 'image', label: 'WebP' },
  { mediaType: 'image/bmp', extensions: ['bmp'], family: 'image', label: 'BMP' },
  { mediaType: 'image/gif', extensions: ['gif'], family: 'image', label: 'GIF' },
  { mediaType: 'image/avif', extensions: ['avif'], family: 'image', label: 'AVIF' },
];

const BY_TYPE = new Map(MEDIA_TYPES.map((info) => [info.mediaType, info]));

/** Null for a type that cannot be taken in. */
export const mediaTypeInfo = (mediaType: string): MediaTypeInfo | null => BY_TYPE.get(mediaType) ?? null;

/** Types whose conversion needs the Office engine. */
export const needsOffice = (mediaType: string): boolean => {
  const family = mediaTypeInfo(mediaType)?.family;
  return family !== undefined && family !== 'pdf' && family !== 'image';
};

/** Plain text has no magic bytes: only within it does the name's extension say what it is. */
export const TEXT_KINDS: readonly string[] = ['text/plain', 'text/csv', 'text/markdown'];

/**
 * The type to process a file as: what its bytes say; when they say "plain text", the extension may narrow it to CSV or
 * Markdown, and never to anything else.
 */
export function refineTextType(mediaType: string, filename: string): string {
  if (!TEXT_KINDS.includes(mediaType)) return mediaType;
  const extension = /\.([a-z0-9]{1,10})$/i.exec(filename)?.[1]?.toLowerCase();
  if (extension === undefined) return mediaType;
  const named = MEDIA_TYPES.find((info) => TEXT_KINDS.includes(info.mediaType) && info.extensions.includes(extension));
  return named?.mediaType ?? mediaType;
}
