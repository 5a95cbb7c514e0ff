/** What is indexed in place of the redacted artifacts, where the policy has rules of its own for search. */
export const INDEXED = { text: 'redacted.index.txt', fields: 'redacted.index.json' } as const;
