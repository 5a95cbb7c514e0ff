import { RectoError } from '#shared/domain/errors.ts';

const MAX_DEPTH = 64;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/**
 * JSON from untrusted bytes: UTF-8 only, no numbers beyond a double, no key `__proto__`, at most 64 levels deep.
 * Of equal keys the last one counts.
 */
export function parseJson(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch (error) {
    throw new RectoError('invalid_json', `The body cannot be read as JSON in UTF-8. ${hint(error)}`, { cause: error });
  }
  inspect(value);
  return value;
}

/** What V8 says holds a part of the input; only the position is told on. */
function hint(error: unknown): string {
  const at = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  return at === undefined ? 'Check that it is complete.' : `See character ${at}.`;
}

function inspect(root: unknown): void {
  const queue: { value: unknown; path: string; depth: number }[] = [{ value: root, path: '', depth: 0 }];
  for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
    const { value, path, depth } = item;
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new RectoError('invalid_json', `The number at ${path || 'the root'} is too large.`);
    if (value === null || typeof value !== 'object') continue;
    if (depth >= MAX_DEPTH)
      throw new RectoError('invalid_json', `The body is nested more than ${MAX_DEPTH} levels deep.`);
    for (const [key, inner] of Object.entries(value)) {
      if (key === '__proto__') throw new RectoError('invalid_json', 'The key __proto__ is not accepted.');
      queue.push({ value: inner, path: path === '' ? key : `${path}.${key}`, depth: depth + 1 });
    }
  }
}
