/**
 * How the Latin cut writes a character: letters of the Latin script with their accents, ASCII digits, and the signs that
 * texts in it use (punctuation, currency, units, arrows, boxes) as they are; the wide forms of East Asian type, which
 * recognizers that know both take for a colon or a comma now and then, as the plain ones. Null: it is not in the cut.
 */
export function latinForm(character: string): string | null {
  const plain = PLAIN.get(character) ?? (/^[\uff01-\uff5e]$/.test(character) ? character.normalize('NFKC') : character);
  for (const one of plain) {
    const code = one.codePointAt(0) ?? 0;
    const sign = code < 0x2e80 && /[\p{P}\p{S}\p{N}\p{Z}\p{M}]/u.test(one) && COMMON.test(one);
    if (!(sign || /\p{Script=Latin}/u.test(one) || one === 'µ')) return null;
  }
  return plain === '' ? null : plain;
}

const COMMON = /\p{Script=Common}|\p{Script=Inherited}/u;
const PLAIN = new Map([
  ['。', '.'],
  ['、', ','],
  ['【', '['],
  ['】', ']'],
]);

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
    const form = latinForm(character);
    if (form === null) return;
    classes.push(at + 1);
    kept.push(form);
  });
  classes.push(characters.length + 1);
  return { classes, keyFile: `${kept.join('\n')}\n` };
}
