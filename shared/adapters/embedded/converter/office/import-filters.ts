const odf = 'application/vnd.oasis.opendocument';
const ooxml = 'application/vnd.openxmlformats-officedocument';

/**
 * Office's import filter for a type, so that it reads a file as what we found it to be and as nothing else. Null where
 * Office has to look itself: legacy types whose versions have a filter each, and encrypted files.
 */
const FILTERS: Readonly<Record<string, readonly [extension: string, filter: string | null]>> = {
  'application/msword': ['doc', null],
  'application/vnd.ms-excel': ['xls', null],
  'application/vnd.ms-powerpoint': ['ppt', 'MS PowerPoint 97'],

  'application/rtf': ['rtf', 'Rich Text Format'],
  [`${ooxml}.wordprocessingml.document`]: ['docx', 'MS Word 2007 XML'],
  'application/vnd.ms-word.document.macroenabled.12': ['docm', 'MS Word 2007 XML VBA'],
  [`${ooxml}.spreadsheetml.sheet`]: ['xlsx', 'Calc MS Excel 2007 XML'],
  'application/vnd.ms-excel.sheet.macroenabled.12': ['xlsm', 'Calc MS Excel 2007 VBA XML'],
  [`${ooxml}.presentationml.presentation`]: ['pptx', 'Impress MS PowerPoint 2007 XML'],
  'application/vnd.ms-powerpoint.presentation.macroenabled.12': ['pptm', 'Impress MS PowerPoint 2007 XML VBA'],
  [`${odf}.text`]: ['odt', 'writer8'],
  [`${odf}.spreadsheet`]: ['ods', 'calc8'],
  [`${odf}.presentation`]: ['odp', 'impress8'],
  [`${odf}.text-flat-xml`]: ['fodt', 'OpenDocument Text Flat XML'],
  [`${odf}.spreadsheet-flat-xml`]: ['fods', 'OpenDocument Spreadsheet Flat XML'],
  [`${odf}.presentation-flat-xml`]: ['fodp', 'OpenDocument Presentation Flat XML'],
};

const ZIPPED = /^(?:doc|xls|ppt)[xm]$|^od[tsp]$/;

export function importFilter(mediaType: string): { extension: string; filter: string | null; zip: boolean } | null {
  const found = FILTERS[mediaType];
  return found === undefined ? null : { extension: found[0], filter: found[1], zip: ZIPPED.test(found[0]) };
}
