import { RectoError } from '../errors.ts';
import { type ByteReader, corrupt, type Sniffed, view } from './byte-reader.ts';
import { type Ole2, openOle2 } from './ole2.ts';
import { ooxmlOpensWithoutPassword } from './ooxml-encryption.ts';
import { xlsNeedsPassword } from './xls-encryption.ts';

const WORD_STREAM = 'WordDocument';
/** Word 6 and 95 use 0xA5DC, Word 97 and later 0xA5EC (MS-DOC 2.5.2). */
const WORD_MAGIC = [0xa5dc, 0xa5ec];

async function wordEncrypted(ole: Ole2): Promise<boolean> {
  const fib = await ole.stream(WORD_STREAM, 32);
  if (fib === null || fib.length < 12) throw corrupt('its main stream is empty');
  if (!WORD_MAGIC.includes(view(fib).getUint16(0, true))) throw corrupt('its main stream is not Word text');
  return (view(fib).getUint16(10, true) & 0x0100) !== 0;
}

/** MS-PPT 2.3.2: the header token of the Current User stream says whether the presentation is encrypted. */
async function slidesEncrypted(ole: Ole2): Promise<boolean> {
  const user = await ole.stream('Current User', 64);
  if (user === null || user.length < 16) return ole.names.has('EncryptedSummary');
  return view(user).getUint32(12, true) === 0xf3d1c4df;
}

/** A Compound File as the Office document it holds. */
export async function sniffOle2(reader: ByteReader): Promise<Sniffed> {
  const ole = await openOle2(reader);
  const has = (name: string): boolean => ole.names.has(name);
  const flags: string[] = [];
  if (has('VBA') || has('_VBA_PROJECT') || has('Macros') || has('_VBA_PROJECT_CUR')) flags.push('macros');
  if (has('ObjectPool') || has('\u0001Ole10Native')) flags.push('embedded-files');
  const result = (mediaType: string, encrypted: boolean): Sniffed => ({ mediaType, encrypted, pages: null, flags });

  if (has('EncryptedPackage')) {
    const info = await ole.stream('EncryptionInfo', 64 * 1024);
    if (info === null) throw corrupt('it is encrypted, but does not say how');
    return result('application/x-ooxml-encrypted', !ooxmlOpensWithoutPassword(info));
  }
  if (has(WORD_STREAM)) return result('application/msword', await wordEncrypted(ole));
  if (has('PowerPoint Document')) return result('application/vnd.ms-powerpoint', await slidesEncrypted(ole));
  const workbook = has('Workbook') ? 'Workbook' : has('Book') ? 'Book' : null;
  if (workbook !== null) {
    const globals = await ole.stream(workbook, 256 * 1024);
    return result('application/vnd.ms-excel', globals !== null && xlsNeedsPassword(globals));
  }
  throw new RectoError(
    'unsupported_media_type',
    'The file is a compound file of a kind that is not supported (Word, Excel and PowerPoint are).',
  );
}
