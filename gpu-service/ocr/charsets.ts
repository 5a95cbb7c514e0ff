/** Printable ASCII in the order of PaddleOCR's en_dict.txt; the blank comes first, the space is added last. */
export function englishCharset(): string[] {
  const range = (from: string, to: string): string[] => {
    const out: string[] = [];
    for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) out.push(String.fromCharCode(code));
    return out;
  };
  return ['', ...range('0', '~'), ...range('!', '/'), ' ', ' '];
}

/** A key file of PaddleOCR: one character a line. */
export function keyFileCharset(text: string): string[] {
  return [
    '',
    ...text
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => line.replace(/\r$/, '')),
    ' ',
  ];
}
