import { RectoError } from '../errors.ts';
import { type ByteReader, type InflateRaw, latin1, type Sniffed, type SniffLimits } from './byte-reader.ts';
import { checkZip, readZipDirectory, readZipEntry, type ZipEntry } from './zip.ts';

const MAX_XML = 4 * 1024 * 1024;
const NESTED_ARCHIVE = /\.(?:zip|7z|rar|gz|bz2|xz|tar|jar)$/i;

/** Content types of OOXML main parts, most telling substring first. */
const OOXML_MAIN: readonly (readonly [RegExp, string])[] = [
  [
    /wordprocessingml\.(?:document|template)\.main\+xml/,
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ],
  [/ms-word\.(?:document|template)\.macroEnabled[^"]*main\+xml/i, 'application/vnd.ms-word.document.macroenabled.12'],
  [/spreadsheetml\.(?:sheet|template)\.main\+xml/, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  [/ms-excel\.(?:sheet|template)\.macroEnabled[^"]*main\+xml/i, 'application/vnd.ms-excel.sheet.macroenabled.12'],
  [
    /presentationml\.(?:presentation|slideshow|template)\.main\+xml/,
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  ],
  [
    /ms-powerpoint\.(?:presentation|slideshow|template)\.macroEnabled[^"]*main\+xml/i,
    'application/vnd.ms-powerpoint.presentation.macroenabled.12',
  ],
];
const ODF_TYPES = /^application\/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)(?:-template|-master)?$/;

const unsupportedArchive = (entries: readonly ZipEntry[], reason: string): RectoError =>
  new RectoError(
    'unsupported_media_type',
    `The file is a zip archive, ${reason}. Send the documents in it one by one.`,
    {
      details: { entries: entries.length },
    },
  );

/** A zip file as the Office document it is; archives of anything else are not supported. Checks bombs before any expansion. */
export async function sniffZip(reader: ByteReader, limits: SniffLimits, inflate: InflateRaw): Promise<Sniffed> {
  const entries = await readZipDirectory(reader);
  checkZip(entries, reader.size, limits);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const text = async (name: string): Promise<string | null> => {
    const entry = byName.get(name);
    if (entry === undefined || entry.encrypted) return null;
    return new TextDecoder().decode(await readZipEntry(reader, entry, inflate, MAX_XML));
  };
  const flags: string[] = [];
  if (entries.some((entry) => /vbaProject\.bin$|^Basic\//i.test(entry.name))) flags.push('macros');
  if (entries.some((entry) => /\/embeddings\/|^Object [^/]*\//.test(entry.name))) flags.push('embedded-files');
  if (entries.some((entry) => NESTED_ARCHIVE.test(entry.name))) flags.push('nested-archive');

  const contentTypes = await text('[Content_Types].xml');
  if (contentTypes !== null) {
    const found = OOXML_MAIN.find(([pattern]) => pattern.test(contentTypes));
    if (found === undefined) throw unsupportedArchive(entries, 'and not a Word, Excel or PowerPoint document');
    for (const entry of entries.filter((each) => each.name.endsWith('.rels')).slice(0, 200)) {
      if (/TargetMode\s*=\s*["']External/.test(latin1(await readZipEntry(reader, entry, inflate, 256 * 1024)))) {
        flags.push('external-links');
        break;
      }
    }
    return { mediaType: found[1], encrypted: entries.some((entry) => entry.encrypted), pages: null, flags };
  }
  const declared = (await text('mimetype'))?.trim() ?? '';
  const kind = ODF_TYPES.exec(declared)?.[1];
  if (kind === undefined) throw unsupportedArchive(entries, 'not an Office document');
  const manifest = (await text('META-INF/manifest.xml')) ?? '';
  const encrypted = /encryption-data/.test(manifest) || entries.some((entry) => entry.encrypted);
  return { mediaType: `application/vnd.oasis.opendocument.${kind}`, encrypted, pages: null, flags };
}
