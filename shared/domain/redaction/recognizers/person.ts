import type { Entity } from '../entity.ts';
import type { Recognizer } from '../recognizer.ts';
import type { Scan } from '../scan.ts';
import { GIVEN_NAMES, NOT_NAMES } from './person-names.ts';

/*
 * Names by honest heuristics: a title, a label or a phrase that a name follows, or a common given name. This finds about half
 * of the names in running prose; a learned model is needed for the rest.
 */
const WORD = "(?:\\p{Lu}\\.|\\p{Lu}[\\p{L}'-]{0,30})";
const PARTICLE =
  '(?:van der|van den|van de|van|von der|von|de la|de los|de|del|della|di|da|dos|du|la|le|bin|ibn|al|el|ter|ten|af)';
const NAME = `${WORD}(?:[ \\t]{1,2}(?:${PARTICLE} )?${WORD}){0,3}`;
const FULL_NAME = `${WORD}(?:[ \\t]{1,2}(?:${PARTICLE} )?${WORD}){1,3}`;

const TITLED = new RegExp(
  `(?<![\\p{L}\\p{N}])(?<title>Mrs?|Ms|Miss|Mx|Dr|Prof(?:essor)?|Sir|Dame|Lady|Lord|Rev|Hon|Judge|Herrn?|Frau|Monsieur|Madame|Mme|Mlle|Señora?|Srta?|Sra|Don|Doña|Signora?|Sig|Dott|Ing)(?:\\.[ \\t]{0,2}|[ \\t]{1,2})(?:(?:Dr|Prof)\\.? )?(?<value>${NAME})`,
  'gu',
);
const LABELLED = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:(?:full|first|last|middle|given|family|maiden|patient|customer|client|contact|employee|applicant|account|insured|member|student|tenant|guest|beneficiary|cardholder|holder|recipient|sender)?[ \\t]?names?|surname|forename|patient|employee|applicant|claimant|insured|policyholder|account holder|cardholder|card holder|holder|beneficiary|next of kin|emergency contact|contact person|contact|attn|attention|signed (?:by|for)(?: the \\p{L}{2,20})?|signed|signature|(?:prepared|presented|approved|checked|reviewed|handled|served|received|represented) by|handler|authori[sz]ed by|witness|author|cashier|server|nachname|vorname|ansprechpartner|nom|prénom|nombre|apellidos?|cognome|nome)[ \\t]{0,2}:[ \\t]{0,4}(?:\\r?\\n[ \\t]{0,4})?(?<value>(?:(?:Mr|Mrs|Ms|Dr)\\.? )?${NAME})`,
  'giu',
);
const INTRODUCED = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:[Mm]y name is|[Nn]ame'?s|(?:[Hh](?:is|er)|[Tt]heir|[Yy]our|[Mm]y) (?:(?:maiden|first|last|full|middle) )?name is|[Nn]amed (?:him|her|after)|(?<=(?:was|is|man|woman|person|patient|child) )[Nn]amed|I am called|[Cc]all me|[Ss]incerely,?|[Rr]egards,?|[Bb]est wishes,?|[Yy]ours (?:truly|faithfully),?)[ \\t]{0,2}(?:\\r?\\n[ \\t]{0,4}){0,2}(?<value>${NAME})`,
  'gu',
);
const GREETED = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:Dear|Hi|Hello|Hey|Liebe[r]?|Cher|Chère|Estimad[oa]|Querid[oa])[ \\t]{1,2}(?<value>${NAME})`,
  'gu',
);
const POSTNOMINAL = new RegExp(
  `(?<![\\p{L}\\p{N}])(?<value>${FULL_NAME}),? (?:MD|M\\.D\\.|PhD|Ph\\.D\\.|DDS|Esq\\.?|Jr\\.?|Sr\\.?|III?)(?![\\p{L}\\p{N}])`,
  'gu',
);

const PARTICLES = new RegExp(`^(?:${PARTICLE}|der|den|los|las)$`, 'u');

/** Cuts what is no name off the end (and the head); null when nothing is left. */
function trimmed(value: string): { from: number; to: number } | null {
  const words = Array.from(value.matchAll(/[^ \t]+/g), (match) => ({ text: match[0], at: match.index }));
  let first = 0;
  while (first < words.length && NOT_NAMES.has(words[first]?.text.replace(/\.$/, '') ?? '')) first++;
  let last = first;
  for (let i = first; i < words.length; i++) {
    const text = words[i]?.text ?? '';
    if (NOT_NAMES.has(text.replace(/[.']+$/, '')) || !(/^\p{Lu}/u.test(text) || PARTICLES.test(text))) break;
    // A name never ends in a particle.
    if (/^\p{Lu}/u.test(text)) last = i + 1;
  }
  const head = words[first];
  const tail = words[last - 1];
  if (head === undefined || tail === undefined || last === first) return null;
  // A lone initial is no name; a possessive and a full stop are not part of one.
  const end = tail.at + tail.text.replace(/(?:'s|'|(?<=\p{Ll})\.)$/u, '').length;
  return value.slice(head.at, end).replace(/[^\p{L}]/gu, '').length < 2 ? null : { from: head.at, to: end };
}

const RULES: readonly { name: string; pattern: RegExp; score: number; why: string }[] = [
  { name: 'person-titled', pattern: TITLED, score: 0.85, why: 'title' },
  { name: 'person-labelled', pattern: LABELLED, score: 0.8, why: 'label' },
  { name: 'person-introduced', pattern: INTRODUCED, score: 0.75, why: 'phrase' },
  { name: 'person-greeted', pattern: GREETED, score: 0.65, why: 'greeting' },
  { name: 'person-postnominal', pattern: POSTNOMINAL, score: 0.75, why: 'suffix' },
];

function byRules(scan: Scan): Entity[] {
  const found: Entity[] = [];
  for (const rule of RULES)
    for (const match of scan.text.matchAll(rule.pattern)) {
      const value = match.groups?.value ?? '';
      const cut = trimmed(value);
      // Labels match without regard to case; the name itself must be capitalized.
      if (cut === null || !/^\p{Lu}/u.test(value.slice(cut.from))) continue;
      const at = match.index + match[0].lastIndexOf(value);
      found.push({
        type: 'PERSON',
        start: at + cut.from,
        end: at + cut.to,
        score: rule.score,
        recognizer: rule.name,
        why: rule.why,
      });
      const title = match.groups?.title;
      if (title !== undefined) {
        const end = match.index + title.length + (scan.text.charAt(match.index + title.length) === '.' ? 1 : 0);
        found.push({ type: 'TITLE', start: match.index, end, score: 0.85, recognizer: 'title', why: 'before a name' });
      }
    }
  return found;
}

const CAPITALIZED = /^\p{Lu}\p{Ll}/u;

/** A common given name, with the capitalized words that follow it. */
function byGivenName(scan: Scan): Entity[] {
  const { words, starts } = scan.context;
  const found: Entity[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (!GIVEN_NAMES.has(word)) continue;
    const start = starts[i] ?? 0;
    let end = start + word.length;
    let last = i;
    while (last - i < 3) {
      const next = words[last + 1];
      const at = starts[last + 1] ?? 0;
      if (next === undefined || !/^(?:[ \t]{1,2}|-|'|\. )$/.test(scan.text.slice(end, at))) break;
      const initial = next.length === 1 && /\p{Lu}/u.test(next);
      if ((!CAPITALIZED.test(next) && !initial) || NOT_NAMES.has(next)) break;
      last++;
      end = at + next.length;
    }
    const full = last > i;
    found.push({
      type: 'PERSON',
      start,
      end,
      score: full ? 0.7 : 0.5,
      recognizer: 'person-given-name',
      why: full ? 'given name and surname' : 'given name',
    });
    i = last;
  }
  return found;
}

export const person: Recognizer = {
  name: 'person',
  types: ['PERSON', 'TITLE'],
  languages: ['en', 'de', 'fr', 'es', 'it'],
  find: (scan) => [...byRules(scan), ...byGivenName(scan)],
};
