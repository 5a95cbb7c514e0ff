import type { SearchParams } from '../../ports/search-index.ts';
import { DATE_FILTER, numberOf } from '../support/search-filters.ts';
import type { ParsedQuery, Term } from '../support/search-text.ts';
import { textTable } from './search-tables.ts';

const phrase = ({ words, prefix }: Term): string => `"${words.join(' ')}"${prefix ? ' *' : ''}`;
const joined = (terms: readonly Term[], by: 'AND' | 'OR'): string => terms.map(phrase).join(` ${by} `);

/** For `pages_text`. Words hold letters and digits only, so there is nothing to escape. */
export const pageMatch = (terms: readonly Term[], by: 'AND' | 'OR'): string => joined(terms, by);

/** For the tenant's `documents_text_…`: the documents in which all terms occur, in name or body, and no excluded one. */
const documentMatch = ({ terms, excluded }: ParsedQuery): string => {
  const wanted = `(${joined(terms, 'AND')})`;
  return excluded.length === 0 ? wanted : `${wanted} NOT (${joined(excluded, 'OR')})`;
};

export interface Sql {
  /** From `FROM` to the end of `WHERE`; the entries are `e`. */
  text: string;
  values: (string | number)[];
}

const OPERATORS = { '=': '=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const;
const DATE_GLOB = '[0-9][0-9][0-9][0-9]-[0-9][0-9]*';

function filterSql(tenant: string, { field, op, value }: NonNullable<SearchParams['filters']>[number]): Sql {
  const from = 'e.id IN (SELECT entry FROM fields WHERE tenant = ? AND name = ? AND';
  if (op === '=') return { text: `${from} value = ?)`, values: [tenant, field, value] };
  const operator = OPERATORS[op];
  const number = numberOf(value);
  const alternatives: string[] = [];
  const values: (string | number)[] = [tenant, field];
  if (number !== null) {
    alternatives.push(`number ${operator} ?`);
    values.push(number);
  }
  if (DATE_FILTER.test(value)) {
    // As exact as the filter is: `<= 2026-03` takes in all of March.
    alternatives.push(`(value GLOB '${DATE_GLOB}' AND substr(value, 1, ?) ${operator} ?)`);
    values.push(value.length, value);
  }
  return { text: `${from} (${alternatives.join(' OR ') || '0'}))`, values };
}

/** The tenant's entries that match; null when nothing can: a query without any word in it. */
export function matchSql(tenant: string, params: SearchParams, parsed: ParsedQuery): Sql | null {
  const { terms, excluded } = parsed;
  if (terms.length + excluded.length === 0 && params.query.trim() !== '') return null;
  const conditions = ['e.tenant = ?'];
  const values: (string | number)[] = [tenant];
  const table = textTable(tenant);
  const from = terms.length > 0 ? `${table} JOIN entries e ON e.id = ${table}.rowid` : 'entries e';
  if (terms.length > 0) {
    conditions.push(`${table} MATCH ?`);
    values.push(documentMatch(parsed));
  } else
    for (const term of excluded) {
      conditions.push(`e.id NOT IN (SELECT rowid FROM ${table} WHERE ${table} MATCH ?)`);
      values.push(documentMatch({ terms: [term], excluded: [] }));
    }
  if (params.documentType !== undefined) {
    conditions.push('e.document_type = ?');
    values.push(params.documentType);
  }
  if (params.mediaType !== undefined) {
    conditions.push('e.media_type = ?');
    values.push(params.mediaType);
  }
  for (const filter of params.filters ?? []) {
    const sql = filterSql(tenant, filter);
    conditions.push(sql.text);
    values.push(...sql.values);
  }
  return { text: `FROM ${from} WHERE ${conditions.join(' AND ')}`, values };
}
