import type { TemplateName } from '../catalogue/field-def.ts';

/** What speaks for a document type: phrases (folded) with weights, and what the page looks like. */
export interface TemplateDef {
  name: TemplateName;
  label: string;
  /** Weight by phrase; `|` separates synonyms that count once. */
  phrases: readonly (readonly [string, number])[];
  /** Phrases that count only in the first lines, where a document names itself. */
  titles: readonly (readonly [string, number])[];
  /** Weights of observations, see `Observations`. */
  signs: Partial<Record<SignName, number>>;
}

/** What is observed besides words. */
export const SIGN_NAMES = [
  'narrow',
  'manyAmounts',
  'mrz',
  'iban',
  'manyColons',
  'prose',
  'transactions',
  'items',
  'salutation',
] as const;
export type SignName = (typeof SIGN_NAMES)[number];
