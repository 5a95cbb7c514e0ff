/** A page as it was read, whatever its number. */
export interface CachedPage {
  /** UTF-8 JSON of a `Page` without its number. */
  page: Uint8Array;
  model: string;
  seconds: number;
}
