const RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?$/i;
/** Controls, the Unicode direction marks that disguise extensions, and what file systems and shells give a meaning. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is removed here
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
const MAX_BYTES = 200;

/** Cuts at a character boundary so that the UTF-8 form has at most `max` bytes. */
function cut(text: string, max: number): string {
  let bytes = 0;
  let out = '';
  for (const char of text) {
    bytes += new TextEncoder().encode(char).length;
    if (bytes > max) break;
    out += char;
  }
  return out;
}

/**
 * A name for people: one path segment, NFC, at most 200 bytes of UTF-8, never empty, hidden, an option (`-x`), a reserved
 * device name, or disguised by direction marks. It is never used as a path; this only keeps it harmless where others do.
 */
export function safeFilename(name: string): string {
  const segment = name.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const plain = segment
    .replace(UNSAFE, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.\-~]+/, '')
    .replace(/[\s.]+$/, '');
  const dot = plain.lastIndexOf('.');
  const extension = dot > 0 && plain.length - dot <= 12 ? plain.slice(dot) : '';
  const stem = cut(
    extension === '' ? plain : plain.slice(0, dot),
    MAX_BYTES - new TextEncoder().encode(extension).length,
  );
  const safe = `${stem.replace(/[\s.]+$/, '')}${extension}`;
  if (safe === '' || safe === extension) return `document${extension}`;
  return RESERVED.test(safe) ? `_${safe}` : safe;
}
