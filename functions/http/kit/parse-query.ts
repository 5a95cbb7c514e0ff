import { RectoError } from '#shared/domain/errors.ts';

/** The query as an object; a name given twice is an error unless it is one of `repeatable`, which are always lists. */
export function parseQuery(url: string, repeatable: readonly string[] = []): Record<string, string | string[]> {
  const at = url.indexOf('?');
  const query: Record<string, string | string[]> = Object.create(null);
  for (const name of repeatable) query[name] = [];
  if (at === -1) return query;
  for (const [name, value] of new URLSearchParams(url.slice(at + 1))) {
    const existing = query[name];
    if (Array.isArray(existing)) existing.push(value);
    else if (existing === undefined) query[name] = value;
    else throw new RectoError('invalid_request', `query.${name.slice(0, 50)} is given twice; give it once.`);
  }
  return query;
}
