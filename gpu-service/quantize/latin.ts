/**
 * Whether a character is one of the Latin cut: letters of the Latin script with their accents, ASCII digits, and the signs
 * that texts in it use (punctuation, currency, units, arrows, boxes). The wide forms of East Asian type are not.
 */
export function isLatin(character: string): boolean {
  for (const one of character) {
    const code = one.codePointAt(0) ?? 0;
    const sign =
      code < 0x2e80 && /[\p{P}\p{S}\p{N}\p{Z}\p{M}]/u.test(one) && /\p{Script=Common}|\p{Script=Inherited}/u.test(one);
    const wide = code >= 0xff00 && code <= 0xffef;
    if (wide || !(sign || /\p{Script=Latin}/u.test(one) || one === 'µ')) return false;
  }
  return character !== '';
}

/**
 * The classes of the Latin cut of a recognizer, in order, and its own key file (a character a line, as PaddleOCR has them:
 * class 0 is the blank, the last one the space, neither is in the file).
 */
export function latinCut(keyFile: string): { classes: number[]; keyFile: string } {
  const characters = keyFile
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  const classes = [0];
  const kept: string[] = [];
  characters.forEach((character, at) => {
    if (!isLatin(character)) return;
    classes.push(at + 1);
    kept.push(character);
  });
  classes.push(characters.length + 1);
  return { classes, keyFile: `${kept.join('\n')}\n` };
}
