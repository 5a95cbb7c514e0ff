import type { ExtractedField } from '../extraction-result.ts';
import type { Policy, ScopedPolicy } from '../policy.ts';

/** Names of ids that number a paper, not a person. */
const PAPER =
  /(?:^|_)(?:invoice|order|po|purchase|receipt|quote|quotation|contract|reference|ref|document|delivery|statement|transaction|case|form|page|item|sku|product)(?:_|$)/;
const BIRTH = /birth|dob/;

/** The entity type that a field stands for by its own type, whether or not a recognizer sees it; null: none. */
export function entityTypeOfField(field: Pick<ExtractedField, 'name' | 'type'>): string | null {
  switch (field.type) {
    case 'person':
      return 'PERSON';
    case 'address':
      return 'ADDRESS';
    case 'email':
      return 'EMAIL_ADDRESS';
    case 'phone':
      return 'PHONE_NUMBER';
    case 'url':
      return 'URL';
    case 'organization':
      return 'ORGANIZATION';
    case 'id':
      return PAPER.test(field.name) ? 'REFERENCE_NUMBER' : 'ID';
    case 'date':
      return BIRTH.test(field.name) ? 'DATE_OF_BIRTH' : 'DATE_TIME';
    default:
      return null;
  }
}

type FieldRules = Pick<Policy, 'id'> & Partial<Pick<ScopedPolicy, 'fields'>>;

/** Whether the policy has a rule for the field by its name. */
export const hasRule = (policy: FieldRules, field: Pick<ExtractedField, 'name'>): boolean =>
  Object.hasOwn(policy.fields ?? {}, field.name);

/** A field that the policy names is an entity of a type of its own, e.g. `INVOICE_TOTAL`. */
export const ownType = (name: string): string => name.toUpperCase();

/** The entity type by which the policy treats a field; null: by what recognizers find in it alone. */
export const typeOfField = (policy: FieldRules, field: Pick<ExtractedField, 'name' | 'type'>): string | null =>
  hasRule(policy, field) ? ownType(field.name) : entityTypeOfField(field);
