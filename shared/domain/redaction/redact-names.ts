import type { Policy } from '../policy.ts';
import { safeFilename } from '../safe-filename.ts';
import type { Entity } from './entity.ts';
import { type NameForm, nameForms, readable } from './name-forms.ts';
import { extensionOf, type Names, neutralFilename } from './names.ts';
import { LEARNED_NAMES } from './ner/labels.ts';
import type { OperatorKeys } from './operators/keyed.ts';
import { applyOperator, operatorFor } from './operators.ts';
import { resolveOverlaps } from './overlap.ts';
import { isPaperWord, withoutPaperWords } from './paper-words.ts';
import { PeopleWords } from './people-words.ts';
import { type ValueHit, ValueSet } from './value-set.ts';

/** What takes any word in capitals for a name: the learned model, and a given name with the word after it. */
const BY_LOOKS: ReadonlySet<string> = new Set([LEARNED_NAMES, 'person-given-name']);
/** Types that are words: an address or a date may begin with a number that belongs to it. */
const IN_WORDS: ReadonlySet<string> = new Set(['PERSON', 'ORGANIZATION', 'LOCATION', 'TITLE', 'NRP']);

/** Something that goes from a name; where in it is not told, for the name would tell the rest. */
export interface NameFind extends Omit<Entity, 'start' | 'end'> {
  of: 'filename' | 'metadata';
  operator: string;
}

/** What is known of the document that the names belong to. */
export interface NameTools {
  policy: Pick<Policy, 'default' | 'entities'>;
  /** What goes in a text, every print of a value of the document included. */
  find: (text: string) => Entity[];
  /** Values that must not be in any output. */
  values: ValueSet;
  /** Words of the names of people in the document. */
  people: ValueSet;
  keys: OperatorKeys;
}

/** A piece of the names by itself: the file name without its extension, a key or a value of the metadata. */
interface Piece {
  text: string;
  /** What is read before it, as the context that a recognizer looks for. */
  lead: string;
  forms: readonly NameForm[];
}

const pieceOf = (text: string, lead = ''): Piece => ({ text, lead, forms: nameForms(text) });

interface Pieces {
  extension: string;
  stem: Piece;
  entries: readonly { key: Piece; value: Piece }[];
}

function piecesOf({ filename, metadata }: Names): Pieces {
  const extension = extensionOf(filename);
  return {
    extension,
    stem: pieceOf(filename.slice(0, filename.length - extension.length)),
    entries: Object.entries(metadata).map(([key, value]) => ({
      key: pieceOf(key),
      value: pieceOf(value, `${readable(key).slice(0, 80)}: `),
    })),
  };
}

const piecesIn = ({ stem, entries }: Pieces): Piece[] => [stem, ...entries.flatMap(({ key, value }) => [key, value])];

/** Every text in which something is looked for, for engines that are asked ahead. */
export const textsOfNames = (names: Names): string[] =>
  piecesIn(piecesOf(names)).flatMap(({ lead, forms }) => forms.map(({ text }) => lead + text));

/**
 * The names with each find's operator applied; the extension stays. What goes from one of them goes from all, and so does
 * every value of the document, and every word of a person's name in it. A file name that still says such a value, or that
 * would say nothing, becomes `document`; an entry of the metadata that does so is left out.
 */
export async function redactNames(
  names: Names & { mediaType: string | null },
  tools: NameTools,
): Promise<{ names: Names; found: NameFind[] }> {
  const pieces = piecesOf(names);
  const known: Known = { values: new ValueSet(), people: tools.people, words: new PeopleWords(tools.people.list()) };
  const first = new Map(piecesIn(pieces).map((piece) => [piece, findIn(piece, tools)]));
  for (const [{ text }, entities] of first)
    for (const { start, end, type } of entities) known.values.add(text.slice(start, end), type);
  const found: NameFind[] = [];
  const redacted = async (piece: Piece, of: NameFind['of']): Promise<string | null> => {
    const entities = resolveOverlaps([...(first.get(piece) ?? []), ...repeated(piece, known)]);
    found.push(...entities.map(({ start: _start, end: _end, ...rest }) => finding(rest, of, tools)));
    const made = await applied(piece.text, entities, tools);
    const left = pieceOf(made).forms.some(
      ({ text }) => tools.values.find(text).length > 0 || knownIn(text, known).length > 0,
    );
    return left ? null : made;
  };
  const stem = await redacted(pieces.stem, 'filename');
  const metadata = new Map<string, string>();
  for (const { key, value } of pieces.entries) {
    const [name, said] = [await redacted(key, 'metadata'), await redacted(value, 'metadata')];
    if (name === null || said === null) continue;
    // Two keys that have become the same are still two.
    let unique = name;
    for (let number = 2; metadata.has(unique); number++) unique = `${name} ${number}`;
    metadata.set(unique, said);
  }
  const named = stem === null ? '' : harmless(stem);
  const filename = named === '' ? neutralFilename(names) : safeFilename(named + pieces.extension);
  return { names: { filename, metadata: Object.fromEntries(metadata) }, found };
}

/** In a file name there is no place for the marks around a type, nor for what is left of spaces before it. */
const harmless = (stem: string): string => stem.replaceAll(/[<>]/g, '').replace(/^[\s_.+-]+|[\s_.+-]+$/g, '');

const finding = (
  { type, score, recognizer, why }: Omit<Entity, 'start' | 'end'>,
  of: NameFind['of'],
  { policy }: Pick<NameTools, 'policy'>,
): NameFind => ({ of, type, score, recognizer, why, operator: operatorFor(policy, type).operator });

/** By every way in which the piece can be read; offsets are those of the piece. */
function findIn({ lead, forms }: Piece, { find }: Pick<NameTools, 'find'>): Entity[] {
  return resolveOverlaps(
    forms.flatMap((form) =>
      find(lead + form.text).flatMap((entity) => {
        const place = inName(form.text, entity, lead.length);
        return place === null ? [] : [{ ...entity, ...form.toName(place.start, place.end) }];
      }),
    ),
  );
}

/** Where in the form the entity stands; null where it stands in what is read before it, or is what a paper is called. */
function inName(
  text: string,
  { type, start, end, recognizer }: Entity,
  lead: number,
): ReturnType<typeof withoutPaperWords> {
  if (end <= lead) return null;
  const place = { start: Math.max(0, start - lead), end: end - lead };
  // Other patterns, lists and what the document says know better.
  if (!BY_LOOKS.has(recognizer)) return place;
  const named = withoutPaperWords(text, place);
  if (IN_WORDS.has(type)) return named;
  // A number alone is no address: `scan_0001`.
  return type === 'ADDRESS' && named === null ? null : place;
}

interface Known extends Pick<NameTools, 'values' | 'people'> {
  words: PeopleWords;
}

/** What of the document's values is in the text. What a paper is called is nobody's name there either. */
const knownIn = (text: string, { values, people, words }: Known): ValueHit[] => [
  ...values.find(text),
  ...words.find(text).map((place) => ({ ...place, type: 'PERSON' })),
  ...people.find(text).filter(({ start, end }) => !isPaperWord(text.slice(start, end))),
];

function repeated({ forms }: Piece, known: Known): Entity[] {
  return forms.flatMap((form) =>
    knownIn(form.text, known).map(({ type, start, end }) => ({
      ...{ type, ...form.toName(start, end), score: 1 },
      ...{ recognizer: 'repeated-value', why: 'found elsewhere in the document' },
    })),
  );
}

/** Operators see the value as it is printed elsewhere, so that hashes and pseudonyms are those of the document. */
async function applied(text: string, entities: readonly Entity[], { policy, keys }: NameTools): Promise<string> {
  const parts: string[] = [];
  let at = 0;
  for (const { type, start, end } of entities) {
    const value = text.slice(start, end);
    const made = await applyOperator(readable(value), type, operatorFor(policy, type), keys);
    parts.push(text.slice(at, start), value.includes(' ') ? made : made.replaceAll(' ', '_'));
    at = end;
  }
  return [...parts, text.slice(at)].join('');
}
