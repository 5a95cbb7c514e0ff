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

/** Full text of one tenant. Indexing the same document again replaces its entry. Errors: `invalid_page_token`, `storage_full`. */
export interface SearchIndex {
  index(entry: SearchEntry): Promise<void>;
  /** Whether anything is kept of the document, found or not. */
  has(documentId: string): Promise<boolean>;
  /** False if it was absent. */
  remove(documentId: string): Promise<boolean>;
  search(params: SearchParams): Promise<{ hits: SearchHit[]; total: number; nextPageToken: string | null }>;
}
