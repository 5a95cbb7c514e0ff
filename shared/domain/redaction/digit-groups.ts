/** A run of digits and how it touches its surroundings. */
export interface DigitGroup {
  start: number;
  end: number;
  digits: string;
  /** The next group follows after a separator that may stand inside one number (a space, hyphen, dot, slash, line break). */
  linked: boolean;
}

export interface DigitRun {
  /** Half-open range of groups. */
  from: number;
  to: number;
  total: number;
}

export interface DigitGroups {
  groups: readonly DigitGroup[];
  /** Maximal chains of linked groups. */
  runs: readonly DigitRun[];
}

const SEPARATORS = ' \t\r\n-./·';

function links(text: string, from: number, to: number): boolean {
  if (to - from > 4 || to === from) return false;
  let breaks = 0;
  let marks = 0;
  for (let i = from; i < to; i++) {
    const char = text.charAt(i);
    if (!SEPARATORS.includes(char)) return false;
    if (char === '\n') breaks++;
    if (char === '-' || char === '.' || char === '/' || char === '·') marks++;
  }
  return breaks <= 1 && marks <= 1;
}

/** All digit groups of a text and the chains they form: how spaced-out and line-broken numbers are seen as one. Linear. */
export function digitGroups(text: string): DigitGroups {
  const groups: DigitGroup[] = [];
  for (const match of text.matchAll(/\d+/g)) {
    const start = match.index;
    const previous = groups.at(-1);
    if (previous !== undefined) previous.linked = links(text, previous.end, start);
    groups.push({ start, end: start + match[0].length, digits: match[0], linked: false });
  }
  const runs: DigitRun[] = [];
  let from = 0;
  let total = 0;
  groups.forEach((group, index) => {
    total += group.digits.length;
    if (group.linked) return;
    runs.push({ from, to: index + 1, total });
    from = index + 1;
    total = 0;
  });
  return { groups, runs };
}
