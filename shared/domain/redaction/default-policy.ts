import type { Policy } from '../policy.ts';

export const DEFAULT_POLICY_ID = 'default';

/**
 * The policy of a tenant that chose none: whatever is found goes, save what identifies nobody by itself. Cards and accounts
 * keep their last four characters, by which their owners know them.
 */
export const DEFAULT_POLICY: Policy = {
  id: DEFAULT_POLICY_ID,
  version: 1,
  versions: 1,
  planned: [],
  name: 'Default',
  threshold: 0.5,
  default: { operator: 'replace' },
  entities: {
    CREDIT_CARD: { operator: 'mask', character: '*', keepLast: 4 },
    IBAN_CODE: { operator: 'mask', character: '*', keepLast: 4 },
    DATE_TIME: { operator: 'keep' },
    TITLE: { operator: 'keep' },
    URL: { operator: 'keep' },
    ORGANIZATION: { operator: 'keep' },
    REFERENCE_NUMBER: { operator: 'keep' },
  },
  rules: [],
  pages: 'auto',
  media: null,
  recognizers: [],
  allow: [],
  deny: [],
  createdAt: 0,
};
