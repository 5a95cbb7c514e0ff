export interface SearchEntry {
  documentId: string;
  filename: string;
  mediaType: string;
  documentType: string | null;
  /** Text of each page, in order. */
  pages: readonly string[];
  /** Field name to normalized value(s), for filters. */
  fields: Readonly<Record<string, readonly string[]>>;
  createdAt: number;
  /**
   * What the document is about: `SEARCH_VECTOR_DIMENSIONS` finite numbers, not all zero; only their direction counts. It must
   * be made from the very `pages` of this entry, the text that search may show (redacted, unless the tenant decides
   * otherwise): a vector tells much of the text that it was made from. Absent: `nearest` never answers the document.
   */
  embedding?: ArrayLike<number>;
}

export interface SearchParams {
  /** Words (all must occur), "phrases", -exclusions, prefix*. Never a syntax error: what cannot be parsed is taken as words. */
  query: string;
  /** Field filters: `=` matches normalized values exactly; the rest compare dates (ISO) and numbers. */
  filters?: readonly { field: string; op: '=' | '<' | '<=' | '>' | '>='; value: string }[];
  documentType?: string;
  mediaType?: string;
  pageSize: number;
  pageToken?: string | null;
}

export interface SearchHit {
  documentId: string;
  filename: string;
  documentType: string | null;
  /** 1-based page of the best passage, null when only the name matched. */
  page: number | null;
  /** Plain text with the ranges (UTF-16, half open) that matched. */
  snippet: { text: string; highlights: readonly (readonly [number, number])[] };
  /** Higher is better, within one answer; depends on the tenant's own documents alone. */
  score: number;
}

export interface NearestParams {
  /** As `SearchEntry.embedding`, and of the same model. */
  vector: ArrayLike<number>;
  documentType?: string;
  mediaType?: string;
  /** Hits at most; 1 to 200, what lies outside is taken as the nearest of the two. */
  limit: number;
  /** Nothing further away than this is a hit; 0 to 2. Default: no bound. */
  maxDistance?: number;
}

export interface NearestHit {
  documentId: string;
  filename: string;
  documentType: string | null;
  /** Cosine distance, good to about six decimals: 0 the same direction, 1 nothing in common, 2 opposed. */
  distance: number;
}

/**
 * Full text of one tenant, and what its documents are about where entries carry vectors. Indexing the same document again
 * replaces its entry, vector included: one without `embedding` leaves none. Errors: `invalid_page_token`, `storage_full`;
 * `invalid_request` for an `embedding` that is none, which leaves the entry as it was.
 */
export interface SearchIndex {
  index(entry: SearchEntry): Promise<void>;
  /** Whether anything is kept of the document, found or not. */
  has(documentId: string): Promise<boolean>;
  /** False if it was absent. */
  remove(documentId: string): Promise<boolean>;
  search(params: SearchParams): Promise<{ hits: SearchHit[]; total: number; nextPageToken: string | null }>;
  /**
   * The documents whose vectors point most nearly where `vector` does, nearest first, those equally near by document id. Of
   * equally near ones that `limit` parts, which are answered is not said. Errors: `invalid_request` for a vector that is none or
   * a `maxDistance` out of its range.
   */
  nearest(params: NearestParams): Promise<NearestHit[]>;
}
