import { newId } from '#shared/domain/ids.ts';

const ACCEPTED = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,127}$/;

/** The caller's own request id if it is a harmless one, else a new one. */
export function requestIdFrom(header: string | undefined, nowMs: number): string {
  return header !== undefined && ACCEPTED.test(header) ? header : newId('request', nowMs);
}
