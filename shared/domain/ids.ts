import { z } from 'zod';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** What an id names; the prefix is part of the id, so that a log line says what it speaks of. */
export const ID_PREFIXES = {
  document: 'doc',
  run: 'run',
  batch: 'bat',
  upload: 'upl',
  apiKey: 'key',
  webhook: 'whk',
  delivery: 'dlv',
  event: 'evt',
  schedule: 'sch',
  deadLetter: 'dlq',
  audit: 'aud',
  policy: 'pol',
  workflow: 'wfl',
  template: 'tpl',
  field: 'fld',
  request: 'req',
  message: 'msg',
  tenant: 'ten',
  redrive: 'rdv',
} as const;
export type IdKind = keyof typeof ID_PREFIXES;

/** `<prefix>_` and 26 Crockford base32 characters: 48 bits of time in ms, then 80 random bits, so ids sort by age. */
export function newId(kind: IdKind, nowMs: number): string {
  // Before 1970 (a file's time may say so) there are no digits.
  let time = Math.max(0, Math.floor(nowMs));
  let head = '';
  for (let i = 0; i < 10; i++) {
    head = ALPHABET[time % 32] + head;
    time = Math.floor(time / 32);
  }
  const random = crypto.getRandomValues(new Uint8Array(16));
  let tail = '';
  for (const byte of random) tail += ALPHABET[byte & 31];
  return `${ID_PREFIXES[kind]}_${head}${tail}`;
}

const makeIdSchema = (kind: IdKind) =>
  z
    .string()
    .regex(
      new RegExp(`^${ID_PREFIXES[kind]}_[0-9a-hjkmnp-tv-z]{26}$`),
      `must be an id such as ${ID_PREFIXES[kind]}_01j…`,
    );
const idSchemas = new Map<IdKind, ReturnType<typeof makeIdSchema>>();

/** The schema of a kind's ids, made once: paths are checked with it on every request. */
export function idSchema(kind: IdKind): ReturnType<typeof makeIdSchema> {
  let schema = idSchemas.get(kind);
  if (schema === undefined) {
    schema = makeIdSchema(kind);
    idSchemas.set(kind, schema);
  }
  return schema;
}

/** Tenant ids are chosen by people: they name folders and buckets. */
export const tenantIdSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/, 'must be 1 to 48 lower-case letters, digits or inner hyphens');
