import type { ExtractedField } from '../extraction-result.ts';
import type { FieldDef } from './catalogue/field-def.ts';
import { bounded } from './found.ts';
import { clip } from './text.ts';
import { place, type Row, unite } from './view.ts';

/** Rows that are read for clauses; who agrees stands at the start, the law often near the end. */
const MAX_ROWS = 600;
/** Characters after `between` in which both parties are named. */
const MAX_PARTIES = 900;
/** Parties are named in the first characters of a document, and at one of the first `between`. */
const MAX_OPENING = 40_000;
const MAX_TRIES = 50;

interface Span {
  start: number;
  end: number;
}

/** Rows as running text, and which row each character came from. */
interface Prose {
  text: string;
  starts: readonly number[];
  rows: readonly Row[];
}

function proseOf(rows: readonly Row[]): Prose {
  const used = rows.slice(0, MAX_ROWS).filter((row) => row.text.length <= 1000);
  const starts: number[] = [];
  let text = '';
  for (const row of used) {
    starts.push(text.length);
    text += `${row.text} `;
  }
  return { text, starts, rows: used };
}

const BETWEEN = /\b(?:between|zwischen|entre)\b\s*:?\s+/giu;
/** What stands before `between` where somebody agrees on something; a difference between two things is no agreement. */
const AGREED =
  /\b(?:made|entered into|concluded|executed|agreement|contract|lease|vertrag|geschlossen|contrat|accord|conclu|contrato|acuerdo|celebrado)\b[^.;]{0,60}$/iu;
/** `("the Client")`, `(hereinafter "Landlord")`, `(the "Buyer")`: what a party is called from here on. */
const DEFINED = /\([^()]{0,60}["“”„«»‘’'][^()"“”„«»]{2,40}["“”„«»‘’'][^()]{0,30}\)/u;
const JOINT = /(?:^|[\s,;])(?:and|und|et|y|e)\s+(?=(?:\(?\d\)|\p{Lu}|\p{Ll}{2,8}\s+\p{Lu}))/u;
const LEAD =
  /^[\s,;:]*(?:\(?(?:\d|[a-z])[).]\s*)?(?:(?:the company|company|messrs\.?|mrs?\.?|ms\.?|der|dem|den|die|herrn?|frau|firma|la société|société|la sociedad|la empresa|monsieur|madame|don|doña|d\.)\s+)?/iu;
const LEGAL_AFTER_COMMA = /^,\s(?:inc|ltd|llc|llp|l\.l\.c|plc|corp|s\.?a|n\.?v|b\.?v|gmbh|co)\b\.?/i;

/** The name at the start of what is said of a party: to the comma, bracket or verb after it. Null where none begins so. */
function nameIn(text: string, from: number, to: number): Span | null {
  const start = from + (LEAD.exec(text.slice(from, to))?.[0].length ?? 0);
  const rest = text.slice(start, to);
  let length = rest.search(
    /[,;(]|\s(?:represented|acting|residing|born|of|a company|whose|vertreten|représentée?|représenté)\b/u,
  );
  if (length < 0) length = rest.length;
  const legal = LEGAL_AFTER_COMMA.exec(rest.slice(length));
  if (legal !== null) length += legal[0].length;
  const name = rest.slice(0, length).trimEnd();
  if (name.length < 3 || name.length > 120 || !/^[\p{Lu}\d]/u.test(name) || name.split(/\s+/).length > 10) return null;
  return { start, end: start + name.length };
}

/** Both parties of `between A … ("the Client") … and B … ("the Consultant")`. */
function partiesIn(text: string): [Span, Span] | null {
  let tries = 0;
  for (const opening of text.slice(0, MAX_OPENING).matchAll(BETWEEN)) {
    if (++tries > MAX_TRIES) break;
    const from = opening.index + opening[0].length;
    const end = Math.min(text.length, from + MAX_PARTIES);
    const defined = DEFINED.exec(text.slice(from, end));
    // What the first is called ends it: an `and` before may belong to its name.
    const after = defined === null ? from : from + defined.index + defined[0].length;
    const joint = JOINT.exec(text.slice(after, end));
    if (joint === null) continue;
    if (defined === null && !AGREED.test(text.slice(Math.max(0, opening.index - 80), opening.index))) continue;
    const second = after + joint.index + joint[0].length;
    const first = nameIn(text, from, after + joint.index);
    const other = nameIn(text, second, end);
    if (first !== null && other !== null && (defined !== null || second - from < 300)) return [first, other];
  }
  return null;
}

const LAWS: readonly RegExp[] = [
  /governed by (?:and (?:construed|interpreted) in accordance with )?the (?:substantive )?laws? of (?:the )?(\p{Lu}[^;,.()]{2,60}?)(?=[;,.(]|\s(?:and shall|and the courts|without|excluding|applicable)\b|$)/u,
  /(?:es gilt|unterliegt)(?: ausschließlich| ausschliesslich)? (?:das |dem )?(?:materielle[ns]? )?(?:Recht (?:der |von )?)?(\p{L}{4,30}e[sn]) Recht/u,
  /régie? par (?:le droit|la loi|les lois) (\p{L}[^;,.()]{2,40}?)(?=[;,.(]|$)/u,
  /se rige por (?:la ley|las leyes) (?:de )?(\p{L}[^;,.()]{2,40}?)(?=[;,.(]|$)/u,
];

function lawIn(text: string): Span | null {
  for (const law of LAWS) {
    const match = law.exec(text);
    const value = match?.[1];
    if (match === null || value === undefined) continue;
    const start = match.index + match[0].lastIndexOf(value);
    return { start, end: start + value.trimEnd().length };
  }
  return null;
}

function toField(field: FieldDef, prose: Prose, span: Span, sure: number): ExtractedField {
  const places = prose.rows.flatMap((row, index) => {
    const at = prose.starts[index] ?? 0;
    const touches = at < span.end && span.start < at + row.text.length;
    return touches ? [{ row, ...place(row, span.start - at, span.end - at) }] : [];
  });
  const seen = places.reduce((sum, one) => sum + one.confidence, 0) / Math.max(1, places.length);
  const raw = clip(prose.text.slice(span.start, span.end), 1000);
  return {
    name: field.name,
    type: field.type,
    raw,
    value: clip(raw.replace(/\s+/g, ' '), 200),
    confidence: bounded(sure * (0.5 + 0.5 * seen)),
    valid: null,
    page: places[0]?.row.page ?? 1,
    box: unite(places.map((one) => one.box)),
  };
}

/** What agreements say in sentences rather than beside labels: who the parties are, whose law governs. Linear in the text. */
export function readClauses(fields: readonly FieldDef[], rows: readonly Row[]): ExtractedField[] {
  const wanted = new Map(fields.map((field) => [field.name, field]));
  const partyA = wanted.get('party_a');
  const partyB = wanted.get('party_b');
  const law = wanted.get('governing_law');
  if (partyA === undefined && partyB === undefined && law === undefined) return [];
  const prose = proseOf(rows);
  const found: ExtractedField[] = [];
  const parties = partiesIn(prose.text);
  if (parties !== null) {
    if (partyA !== undefined) found.push(toField(partyA, prose, parties[0], 0.88));
    if (partyB !== undefined) found.push(toField(partyB, prose, parties[1], 0.88));
  }
  const governs = law === undefined ? null : lawIn(prose.text);
  if (law !== undefined && governs !== null) found.push(toField(law, prose, governs, 0.85));
  return found;
}
