import { RectoError } from '../../domain/errors.ts';

/** A value as Firestore's REST API writes it (`google.firestore.v1.Value`). */
export type FirestoreValue =
  | { nullValue: null }
  | { booleanValue: boolean }
  | { integerValue: string }
  | { doubleValue: number | 'NaN' | 'Infinity' | '-Infinity' }
  | { stringValue: string }
  | { bytesValue: string }
  | { timestampValue: string }
  | { referenceValue: string }
  | { arrayValue: { values?: FirestoreValue[] } }
  | { mapValue: { fields?: Record<string, FirestoreValue> } };

export type FirestoreFields = Record<string, FirestoreValue>;

/** What indexes hold: null, text, numbers, truth values. Anything else is a mistake in a collection's definition. */
export function scalar(collection: string, field: string, value: unknown): FirestoreValue {
  if (value === undefined || value === null) return { nullValue: null };
  if (typeof value === 'boolean') return { booleanValue: value };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { integerValue: String(value) } : { doubleValue: value };
  throw new RectoError('internal', `The field ${field} of ${collection} is indexed but holds neither text nor number.`);
}

export const text = (value: string): FirestoreValue => ({ stringValue: value });
export const texts = (values: readonly string[]): FirestoreValue => ({ arrayValue: { values: values.map(text) } });
export const whole = (value: number): FirestoreValue => ({ integerValue: String(Math.trunc(value)) });
export const bytes = (value: Uint8Array): FirestoreValue => ({ bytesValue: Buffer.from(value).toString('base64') });
/** A vector is a map that says so; only such a value is found by `findNearest`. */
export const vector = (values: Float32Array): FirestoreValue => ({
  mapValue: {
    fields: {
      __type__: text('__vector__'),
      value: { arrayValue: { values: Array.from(values, (value) => ({ doubleValue: value })) } },
    },
  },
});
export const timestamp = (epochMs: number): FirestoreValue => ({ timestampValue: new Date(epochMs).toISOString() });

export const textOf = (value: FirestoreValue | undefined): string =>
  value !== undefined && 'stringValue' in value ? value.stringValue : '';
export const numberOf = (value: FirestoreValue | undefined): number => {
  if (value === undefined) return 0;
  if ('integerValue' in value) return Number(value.integerValue);
  return 'doubleValue' in value ? Number(value.doubleValue) : 0;
};
export const bytesOf = (value: FirestoreValue | undefined): Buffer =>
  Buffer.from(value !== undefined && 'bytesValue' in value ? value.bytesValue : '', 'base64');
/** Epoch ms; null for what is no time. */
export const timeOf = (value: FirestoreValue | undefined): number | null =>
  value !== undefined && 'timestampValue' in value ? Date.parse(value.timestampValue) : null;

/** Microseconds since the epoch: as fine as Firestore's times are, and exact as a number until the year 2255. */
export function microsOf(time: string): number {
  const match = /^(.+?)(?:\.(\d{1,9}))?Z$/.exec(time);
  const seconds = Date.parse(`${match?.[1] ?? time}Z`) / 1000;
  return seconds * 1_000_000 + Number((match?.[2] ?? '').padEnd(9, '0').slice(0, 6) || 0);
}
