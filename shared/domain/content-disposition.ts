/** RFC 6266 with RFC 8187: an ASCII name that every client reads, and the true one beside it where they differ. */
export function attachment(filename: string): string {
  const ascii = filename.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const plain = `attachment; filename="${ascii}"`;
  return ascii === filename ? plain : `${plain}; filename*=UTF-8''${encode(filename)}`;
}

/** Percent-encoding of all but `attr-char`; a lone surrogate becomes U+FFFD. */
const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
