import type { ExtractedField } from '../extraction-result.ts';

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
