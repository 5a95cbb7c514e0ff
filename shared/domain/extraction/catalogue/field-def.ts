import type { FieldType } from '../../extraction-result.ts';
import type { ReaderName } from '../readers.ts';
import type { ValidatorName } from '../validators.ts';

export const TEMPLATE_NAMES = [
  'invoice',
  'receipt',
  'purchase_order',
  'bank_statement',
  'contract',
  'identity_document',
  'form',
  'letter',
  'generic',
] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

/** One entry of the catalogue: what a field is called, where it belongs, how its value is found, read and judged. */
export interface FieldDef {
  name: string;
  label: string;
  type: FieldType;
  /** Finds and normalizes the value in the text beside a label. */
  reader: ReaderName;
  /** Decides whether the normalized value can be right; null where no rule exists. */
  validator: ValidatorName | null;
  /** What stands beside or above the value on paper; compared folded, with tolerance for OCR errors. */
  labels: readonly string[];
  templates: readonly string[];
  /** For tenant-defined fields: finds the value instead of the reader. Linear time. */
  find?: (text: string) => { start: number; end: number } | null;
}

const READER_OF_TYPE: Readonly<Record<FieldType, ReaderName>> = {
  text: 'text',
  date: 'date',
  money: 'money',
  number: 'number',
  integer: 'integer',
  percent: 'percent',
  id: 'identifier',
  email: 'email',
  phone: 'phone',
  url: 'url',
  country: 'country',
  currency: 'currency',
  boolean: 'boolean',
  address: 'address',
  person: 'person',
  organization: 'name',
};

const VALIDATOR_OF_TYPE: Partial<Record<FieldType, ValidatorName>> = {
  date: 'date',
  email: 'email',
  phone: 'phone',
  url: 'url',
  country: 'country',
  currency: 'currency',
  percent: 'percent',
};

export const readerOf = (type: FieldType): ReaderName => READER_OF_TYPE[type];
export const validatorOf = (type: FieldType): ValidatorName | null => VALIDATOR_OF_TYPE[type] ?? null;

/** An entry whose reader and validator follow from its type unless given. `labels` is split at `|`. */
export function field(
  name: string,
  label: string,
  type: FieldType,
  templates: readonly TemplateName[],
  labels: string,
  over: { reader?: ReaderName; validator?: ValidatorName | null } = {},
): FieldDef {
  return {
    name,
    label,
    type,
    reader: over.reader ?? readerOf(type),
    validator: over.validator === undefined ? validatorOf(type) : over.validator,
    labels: labels === '' ? [] : labels.split('|'),
    templates,
  };
}
