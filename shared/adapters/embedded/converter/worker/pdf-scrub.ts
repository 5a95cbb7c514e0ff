/**
 * Names that make a viewer act: scripts, launching, submitting, fetching, opening other files, and attached files. Every
 * one is overwritten in place (same length, so offsets stay valid) by a key that no viewer knows.
 */
const ACTIVE = new Set([
  'AA',
  'OpenAction',
  'JS',
  'JavaScript',
  'Launch',
  'SubmitForm',
  'ImportData',
  'ResetForm',
  'GoToR',
  'GoToE',
  'URI',
  'RichMedia',
  'RichMediaExecute',
  'Rendition',
  'Movie',
  'EmbeddedFile',
  'EmbeddedFiles',
  'EF',
  'XFA',
  'PieceInfo',
]);
const WHITE_OR_DELIMITER = new Set(Array.from('\0\t\n\f\r ()<>[]{}/%', (char) => char.charCodeAt(0)));
const [SLASH, OPEN, CLOSE, BACKSLASH, PERCENT, LF, CR] = [0x2f, 0x28, 0x29, 0x5c, 0x25, 0x0a, 0x0d];

/** Index after a literal string that starts at `at` (PDF 32000-1, 7.3.4.2). */
function skipString(bytes: Uint8Array, at: number): number {
  let depth = 0;
  for (let i = at; i < bytes.length; i++) {
    if (bytes[i] === BACKSLASH) i++;
    else if (bytes[i] === OPEN) depth++;
    else if (bytes[i] === CLOSE && --depth === 0) return i + 1;
  }
  return bytes.length;
}

/** The number after `/Length`; null where it is a reference to another object. */
function directLength(bytes: Buffer, at: number): number | null {
  const found = /^\s*(\d{1,10})(\s+\d+\s+R)?/.exec(bytes.toString('latin1', at, at + 40));
  return found === null || found[2] !== undefined ? null : Number(found[1]);
}

/** Index after `endstream`: where the length says, so that data that holds the word itself misleads nobody. */
function streamEnd(bytes: Buffer, at: number, length: number | null): number {
  const start = at + (bytes[at] === CR && bytes[at + 1] === LF ? 2 : 1);
  const from = length === null || start + length > bytes.length ? start : start + length;
  const near = bytes.indexOf('endstream', from, 'latin1');
  const end = near >= 0 && (from === start || near - from <= 2) ? near : bytes.indexOf('endstream', start, 'latin1');
  return end < 0 ? bytes.length : end + 9;
}

/**
 * Makes a PDF inert, in place. Works on files whose dictionaries are written plainly and whose streams state a direct
 * or true end, as both of our PDF writers produce; content streams are skipped. Returns how many names were defused.
 */
export function scrubPdf(bytes: Buffer): number {
  let defused = 0;
  let streamLength: number | null = null;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] as number;
    if (byte === OPEN) at = skipString(bytes, at);
    else if (byte === PERCENT) {
      while (at < bytes.length && bytes[at] !== LF && bytes[at] !== CR) at++;
    } else if (byte === SLASH) {
      let end = at + 1;
      while (end < bytes.length && !WHITE_OR_DELIMITER.has(bytes[end] as number)) end++;
      const name = bytes.toString('latin1', at + 1, end);
      if (
        ACTIVE.has(name.replace(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))))
      ) {
        bytes.write(`X${'_'.repeat(Math.max(0, name.length - 1))}`, at + 1, 'latin1');
        defused++;
      }
      if (name === 'Length') streamLength = directLength(bytes, end);
      at = end;
    } else if (
      byte === 0x73 &&
      bytes.toString('latin1', at, at + 6) === 'stream' &&
      (bytes[at + 6] === LF || bytes[at + 6] === CR)
    ) {
      at = streamEnd(bytes, at + 6, streamLength);
      streamLength = null;
    } else at++;
  }
  return defused;
}
