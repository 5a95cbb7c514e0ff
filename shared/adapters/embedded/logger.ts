import type { Clock } from '../../ports/clock.ts';
import type { LogFields, Logger } from '../../ports/logger.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];

const MAX_STRING = 4_096;
const MAX_ITEMS = 50;
const MAX_DEPTH = 6;
const REDACTED = '[redacted]';

const SECRET_KEY =
  /authorization|password|passwd|passphrase|secret|apikey|credential|cookie|privatekey|signingkey|token$/;
const isSecret = (key: string): boolean => SECRET_KEY.test(key.toLowerCase().replace(/[^a-z0-9]/g, ''));
/** Credentials that reach a line inside a text: a header's value, a URL's user, a query's token. */
const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  [/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/(:\/\/)[^/\s:@]*:[^/\s@]*@/g, `$1${REDACTED}@`],
  [/([?&](?:[a-z_-]*token|[a-z_-]*secret|password|api[_-]?key|signature)=)[^&\s"]+/gi, `$1${REDACTED}`],
];

/** JSON escapes C0 only; these move a cursor, reverse a line or break it as well (DEL, C1, bidi, line separators). */
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

function clean(text: string): string {
  const cut = text.length > MAX_STRING ? `${text.slice(0, MAX_STRING)}… (${text.length} characters)` : text;
  return SECRET_TEXT.reduce((done, [pattern, by]) => done.replace(pattern, by), cut);
}

function plain(value: unknown, depth: number, seen: readonly object[]): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'function') return '[function]';
  if (typeof value !== 'object' || value === null) return value;
  if (seen.includes(value)) return '[circular]';
  if (depth >= MAX_DEPTH) return '[too deep]';
  const inner = [...seen, value];
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    const code = 'code' in value ? value.code : undefined;
    return plain({ name, code, message, stack, cause }, depth, seen);
  }
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ITEMS).map((item) => plain(item, depth + 1, inner));
    return value.length > MAX_ITEMS ? [...items, `… (${value.length} items)`] : items;
  }
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MAX_ITEMS)
      .map(([key, item]) => [clean(key), isSecret(key) ? REDACTED : plain(item, depth + 1, inner)]),
  );
}

/**
 * Writes one JSON object a line: `level`, `time` (ISO 8601), `message`, then the bound fields and those of the call. Values
 * under keys that name a secret are replaced; control, bidi and line-separator characters are escaped, so that no text can
 * forge a line or drive a terminal; long texts, long lists and deep values are cut. Never throws for what it is given.
 */
export function createLogger(params: {
  level: LogLevel;
  clock: Clock;
  /** Takes a whole line with its line feed. Default: standard output. */
  write?: (line: string) => void;
}): Logger {
  const write = params.write ?? ((line: string): void => void process.stdout.write(line));
  const threshold = LEVELS.indexOf(params.level);

  const emit = (level: LogLevel, message: string, bound: LogFields, fields: LogFields | undefined): void => {
    if (LEVELS.indexOf(level) < threshold) return;
    const extra: Record<string, unknown> = { ...bound, ...fields };
    const line: Record<string, unknown> = {
      level,
      time: new Date(params.clock.now()).toISOString(),
      message: clean(message),
    };
    // A field cannot pass itself off as one of the line's own.
    for (const [key, value] of Object.entries(extra))
      line[key in line ? `field_${key}` : clean(key)] = isSecret(key) ? REDACTED : plain(value, 0, []);
    const text = JSON.stringify(line).replace(
      UNSAFE,
      (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    write(`${text}\n`);
  };

  const bind = (bound: LogFields): Logger => ({
    debug: (message, fields) => emit('debug', message, bound, fields),
    info: (message, fields) => emit('info', message, bound, fields),
    warn: (message, fields) => emit('warn', message, bound, fields),
    error: (message, fields) => emit('error', message, bound, fields),
    with: (fields) => bind({ ...bound, ...fields }),
  });
  return bind({});
}
