import { amountFields, bankFields } from './amounts.ts';
import { dateFields } from './dates.ts';
import type { FieldDef } from './field-def.ts';
import { identityFields, partyFields } from './parties.ts';
import { referenceFields } from './references.ts';

/** Every predefined field, by group. */
export const CATALOGUE: readonly FieldDef[] = [
  ...dateFields,
  ...referenceFields,
  ...amountFields,
  ...bankFields,
  ...partyFields,
  ...identityFields,
];
