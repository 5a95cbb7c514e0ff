/** A name as recognizers can read it, with the way back to it as it was written. */
export interface NameForm {
  text: string;
  /** Maps a half-open range of `text` to the range of the name that it stands for. */
  toName(start: number, end: number): { start: number; end: number };
}

/** What stands for a space in a name everywhere. */
const SPACING = /[_+]/;
/** What may as well part words: a hyphen is also in dates and numbers, a dot in addresses. */
const PARTING = /[-.,;()[\]{}~#@=&'–—]/;
const LOWER = /\p{Ll}/u;
const UPPER = /\p{Lu}/u;
const LETTER = /\p{L}/u;
const DIGIT = /\p{Nd}/u;

/**
 * The ways in which a name without spaces (`Jane_Doe-passport`, `JaneDoePassport`, `jane.doe`) is read: as it is printed with
 * spaces for underscores; word by word; and word by word in capitals, where the name has none or nothing else.
 */
export function nameForms(name: string): NameForm[] {
  const printed = spaced(name, (char) => SPACING.test(char), false);
  const words = spaced(name, (char) => SPACING.test(char) || PARTING.test(char), true);
  const capitals = { ...words, text: capitalized(words.text) };
  const forms = [printed, words, capitals];
  return forms.filter((form, index) => forms.findIndex(({ text }) => text === form.text) === index);
}

/** Words apart as they are printed elsewhere: `JaneDoe` and `Jane_Doe` are `Jane Doe`. Numbers and addresses stay. */
export const readable = (name: string): string =>
  /[@\d]/.test(name)
    ? name
    : spaced(name, (char) => SPACING.test(char), true)
        .text.replace(/ +/g, ' ')
        .trim();

function spaced(name: string, isSpace: (char: string) => boolean, split: boolean): NameForm {
  const chars: string[] = [];
  const at: number[] = [];
  for (let i = 0; i < name.length; i++) {
    const char = name.charAt(i);
    if (split && i > 0 && parts(name, i)) {
      chars.push(' ');
      at.push(i);
    }
    chars.push(isSpace(char) ? ' ' : char);
    at.push(i);
  }
  return {
    text: chars.join(''),
    toName: (start, end) => {
      const first = at[start] ?? name.length;
      return { start: first, end: end <= start ? first : (at[end - 1] ?? name.length - 1) + 1 };
    },
  };
}

/** Whether a new word begins at the offset: `eD` of `JaneDoe`, `LD` of `PDFLeaflet` before a small letter, `e2` of `doe2`. */
function parts(name: string, at: number): boolean {
  const [before, char, after] = [name.charAt(at - 1), name.charAt(at), name.charAt(at + 1)];
  if (LOWER.test(before) && UPPER.test(char)) return true;
  if (UPPER.test(before) && UPPER.test(char) && LOWER.test(after)) return true;
  return (LETTER.test(before) && DIGIT.test(char)) || (DIGIT.test(before) && LETTER.test(char));
}

/** `jane doe` and `JANE DOE` as `Jane Doe`; a text that has both stays. Its length stays. */
function capitalized(text: string): string {
  if (/\p{Lu}/u.test(text) && /\p{Ll}/u.test(text)) return text;
  return text.replace(/\p{L}+/gu, (word) =>
    sameLength(word, word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()),
  );
}

const sameLength = (word: string, made: string): string => (made.length === word.length ? made : word);
