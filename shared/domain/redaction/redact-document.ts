import type { ExtractedField, ExtractionResult } from '../extraction-result.ts';
import type { Box, Page } from '../page.ts';
import type { Policy, ScopedPolicy } from '../policy.ts';
import type { Entity } from './entity.ts';
import { hasRule, typeOfField } from './field-types.ts';
import { type FindOptions, findEntities } from './find.ts';
import { firstOverlap } from './glued.ts';
import { LEARNED_NAMES } from './ner/labels.ts';
import { canonical } from './normalize.ts';
import { isRedacted } from './operators.ts';
import { resolveOverlaps } from './overlap.ts';
import { buildPageText, type PageText } from './page-text.ts';
import { coverage, type PageRedaction, redactPage } from './redact-page.ts';
import { ENTITY_TYPES, RECOGNIZERS } from './registry.ts';
import { ValueSet } from './value-set.ts';

/** A field the extractor is less sure of than this speaks for its own place only, not for every print of its value. */
const SURE = 0.5;

/** A shorter word of a person's name says too little: an initial stands in every file name. */
const NAME_WORD = /\p{L}{3,}/gu;

/** A place on a page that goes because a field of this type stands there. */
interface Area {
  box: Box;
  type: string;
}

/**
 * Redacts a document so that a value found anywhere goes everywhere: first every page and field is learned, then pages,
 * texts and fields are redacted with all that is known. Only values of types that the policy does not keep are known.
 */
export class DocumentRedactor {
  #policy: Policy | ScopedPolicy;
  readonly #options: FindOptions;
  readonly #areas = new Map<number, Area[]>();
  /** Without what reads words by those around them. */
  readonly #byShape: FindOptions;
  readonly #allowed = new ValueSet(1);
  readonly #placeholders: ReadonlySet<string>;
  /** Letters and digits that the policy masks with. */
  readonly #masks: ReadonlySet<string>;
  /** What must not be in any output. */
  readonly values = new ValueSet();
  /** Words of people's names: too little to be looked for in a text, and enough in a file name. */
  readonly people = new ValueSet(3);

  constructor(policy: Policy | ScopedPolicy, options: FindOptions = {}) {
    this.#policy = policy;
    this.#options = options;
    const recognizers = (options.recognizers ?? RECOGNIZERS).filter(({ name }) => name !== LEARNED_NAMES);
    this.#byShape = { ...options, recognizers };
    for (const text of policy.allow) this.#allowed.add(text, 'ALLOWED');
    this.#placeholders = placeholders(policy);
    const operators = [policy.default, ...Object.values(policy.entities)];
    const masks = operators.flatMap((one) => (one.operator === 'mask' ? [canonical(one.character)] : []));
    this.#masks = new Set(masks.filter((char) => char !== ''));
  }

  learnPage(page: Page): void {
    this.learnText(buildPageText(page).text);
  }

  learnFields(result: ExtractionResult): void {
    for (const field of result.fields) {
      this.learnText(labelled(field));
      const type = typeOfField(this.#policy, field);
      if (type !== null && hasRule(this.#policy, field) && !isRedacted(this.#policy, type)) this.#allow(field.raw);
      if (type === null || !isRedacted(this.#policy, type) || this.#isAllowed(field.raw)) continue;
      this.addArea(field.page, field.box, type);
      if (field.confidence < SURE) continue;
      this.#know(field.raw, type);
      if (typeof field.value === 'string') this.#know(field.value, type);
    }
    for (const table of result.tables)
      for (const row of table.rows)
        for (const [column, cell] of Object.entries(row.cells)) this.learnText(`${column}: ${cell}`);
  }

  /** A place that goes whatever stands there. */
  addArea(page: number, box: Box, type: string): void {
    const areas = this.#areas.get(page);
    if (areas === undefined) this.#areas.set(page, [{ box, type }]);
    else areas.push({ box, type });
  }

  /** A field that a rule keeps may be shown wherever it is printed. */
  #allow(value: string): void {
    this.#policy = { ...this.#policy, allow: [...this.#policy.allow, value] };
    this.#allowed.add(value, 'ALLOWED');
  }

  #isAllowed(value: string): boolean {
    return this.#allowed.find(value).some((hit) => hit.start === 0 && hit.end === value.length);
  }

  #know(value: string, type: string): void {
    if (this.#placeholders.has(canonical(value))) return;
    this.values.add(value, type);
    if (type !== 'PERSON') return;
    for (const [word] of value.matchAll(NAME_WORD))
      if (!this.#placeholders.has(canonical(word))) this.people.add(word, type);
  }

  learnText(text: string): void {
    for (const { start, end, type } of this.#going(text, findEntities(text, this.#policy, this.#options)))
      this.#know(text.slice(start, end), type);
  }

  /** What of the finds is redacted: not `000000` where nulls are the mask, which has been hidden already. */
  #going(text: string, found: readonly Entity[]): Entity[] {
    return found.filter(
      ({ type, start, end }) => isRedacted(this.#policy, type) && !this.#isMask(text.slice(start, end)),
    );
  }

  #isMask(value: string): boolean {
    if (this.#masks.size === 0) return false;
    const [char, ...others] = new Set(canonical(value));
    return char !== undefined && others.length === 0 && this.#masks.has(char);
  }

  /**
   * A text by itself: what is found in it, also what the policy keeps, and what of that is redacted, each further print of such
   * a value included.
   */
  redactText(text: string): { entities: Entity[]; redacted: Entity[] } {
    const found = findEntities(text, this.#policy, this.#options);
    const gone = this.#going(text, found);
    for (const { start, end, type } of gone) this.#know(text.slice(start, end), type);
    const redacted = resolveOverlaps([...gone, ...this.#repeated(text, gone)]);
    const kept = found.filter(
      ({ type, start, end }) => !isRedacted(this.#policy, type) && firstOverlap(redacted, start, end) === undefined,
    );
    return { entities: [...redacted, ...kept].sort((a, b) => a.start - b.start), redacted };
  }

  /** What is to be redacted in a text: what is found there and every print of what was learned elsewhere. */
  readonly find = (text: string): Entity[] => {
    const found = this.#going(text, findEntities(text, this.#policy, this.#options));
    return resolveOverlaps([...found, ...this.#repeated(text, found)]);
  };

  /**
   * The same in what operators have written: by shapes and known values alone, for the learned model has never seen a text with
   * `<PERSON>` in it.
   */
  readonly findAgain = (text: string): Entity[] => {
    const found = this.#going(text, findEntities(text, this.#policy, this.#byShape));
    return resolveOverlaps([...found, ...this.#repeated(text, found)]);
  };

  /** Prints of known values where nothing was found that covers them: the report names the first cause. */
  #repeated(text: string, found: readonly Entity[]): Entity[] {
    const sorted = [...found].sort((a, b) => a.start - b.start);
    let next = 0;
    return this.values.find(text).flatMap((hit): Entity[] => {
      while (next < sorted.length && (sorted[next]?.end ?? 0) <= hit.start) next++;
      const first = sorted[next];
      if (first !== undefined && first.start <= hit.start && first.end >= hit.end) return [];
      return [{ ...hit, score: 1, recognizer: 'repeated-value', why: 'found elsewhere in the document' }];
    });
  }

  redactPage(page: Page): PageRedaction & { text: string; entities: Entity[] } {
    const placed = buildPageText(page);
    // On a page without places every field covers the whole of it, which says nothing of any word.
    const areas = page.geometry === 'none' ? [] : (this.#areas.get(page.number) ?? []);
    const entities = resolveOverlaps([...this.find(placed.text), ...inAreas(page, placed, areas)]);
    const boxes = areas.map((area) => area.box);
    const redaction = this.#sweep(page, redactPage(page, placed, entities, this.#policy, boxes));
    return { ...redaction, text: placed.text, entities };
  }

  /** Words that come together to a known value only in the order in which the text layer is written. */
  #sweep(page: Page, redaction: PageRedaction): PageRedaction {
    const rest = { ...page, words: [...redaction.words], lines: [], blocks: [] };
    const placed = buildPageText(rest);
    const entities = this.#repeated(placed.text, []);
    if (entities.length === 0) return redaction;
    const more = redactPage(rest, placed, entities, this.#policy);
    return { boxes: [...redaction.boxes, ...more.boxes], words: more.words };
  }
}

/** `Supplier name: Bluebell Cafe` reads as a person's name, though the extractor knows it for an organization's: no label there. */
function labelled(field: ExtractedField): string {
  return field.type === 'organization' ? field.raw : `${field.name.replace(/_/g, ' ')}: ${field.raw}`;
}

/** What operators write, whole and in part: a label such as `Address` taken for a value would be found in `<ADDRESS>` again. */
function placeholders(policy: Policy): ReadonlySet<string> {
  const written = [policy.default, ...Object.values(policy.entities)].flatMap((operator) =>
    operator.operator === 'replace' && operator.with !== undefined ? [operator.with] : [],
  );
  return written.length === 0 ? OF_TYPES : new Set([...OF_TYPES, ...partsOf(written)]);
}

function partsOf(texts: readonly string[]): Set<string> {
  const found = new Set<string>();
  for (const text of texts) {
    const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
    for (let from = 0; from < words.length; from++)
      for (let to = from + 1; to <= words.length; to++) found.add(canonical(words.slice(from, to).join('')));
  }
  return found;
}

const OF_TYPES: ReadonlySet<string> = partsOf(ENTITY_TYPES);

/** Words that stand in the place of a field, as entities of its type. */
function inAreas(page: Page, placed: PageText, areas: readonly Area[]): Entity[] {
  if (areas.length === 0) return [];
  return placed.words.flatMap(({ index, start, end }): Entity[] => {
    const word = page.words[index];
    const area = word === undefined ? undefined : areas.find(({ box }) => coverage(word.box, box) >= 0.5);
    if (area === undefined) return [];
    // Without its comma, which would stand beside the value as an entity of its own.
    const comma = /[,;:.]$/.test(placed.text.slice(start, end)) ? 1 : 0;
    return [
      {
        type: area.type,
        start,
        end: end - comma,
        score: 0.5,
        recognizer: 'field-type',
        why: 'in the place of a field',
      },
    ];
  });
}
