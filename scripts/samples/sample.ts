/** What a sample must give once it was processed; `samples/expected.json` is the list of these. */
export interface Expected {
  /** Words that must be found in the text (case and spaces aside). */
  words: readonly string[];
  documentType: string;
  /** Field name to the value as the catalogue normalizes it; of money, the amount. */
  fields: Readonly<Record<string, string>>;
  /** Strings that must not be in any redacted output. */
  secrets: readonly string[];
  pages: number;
  /** How the pages must have been read. */
  source: 'textLayer' | 'ocr';
}

/** A document of our own invention: people, companies, numbers and addresses are fictional. */
export interface Sample {
  file: string;
  about: string;
  expected: Expected;
  make(): Promise<Uint8Array>;
}
