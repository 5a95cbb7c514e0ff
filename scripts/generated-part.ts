import { readFileSync, writeFileSync } from 'node:fs';

const marks = (name: string) => ({ start: `<!-- generated: ${name} -->`, end: `<!-- end of generated: ${name} -->` });

/** What stands between the marks of that name in a page; fails where there are none. */
export function generatedPart(page: string, name: string): string {
  const { start, end } = marks(name);
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`The page has no part "${name}": it needs the marks ${start} and ${end}.`);
  return page.slice(from + start.length, to).trim();
}

/** Puts the text between the marks in the file. */
export function writeGenerated(file: string, name: string, text: string): void {
  const page = readFileSync(file, 'utf8');
  const { start } = marks(name);
  const before = page.slice(0, page.indexOf(start) + start.length);
  const after = page.slice(before.length + page.slice(before.length).indexOf(marks(name).end));
  generatedPart(page, name);
  writeFileSync(file, `${before}\n\n${text}\n\n${after}`);
}
