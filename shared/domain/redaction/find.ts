import type { CountryCode } from 'libphonenumber-js/min';
import type { Policy, ScopedPolicy } from '../policy.ts';
import type { Entity } from './entity.ts';
import { findAcrossBreaks } from './glued.ts';
import { findMisread } from './misread.ts';
import { canonical, normalize } from './normalize.ts';
import { resolveOverlaps } from './overlap.ts';
import type { Recognizer } from './recognizer.ts';
import { RECOGNIZERS } from './registry.ts';
import { scanOf } from './scan.ts';
import { ValueSet } from './value-set.ts';

export interface FindOptions {
  /** Country whose phone numbers are written without their code. Default US. */
  region?: CountryCode;
  /** Default: those that need no model. */
  recognizers?: readonly Recognizer[];
  /** What engines elsewhere found, by text; offsets in UTF-16 units of the text. */
  findings?: ReadonlyMap<string, readonly Entity[]>;
}

export type FindPolicy = Pick<Policy, 'threshold' | 'allow' | 'deny'> & Partial<Pick<ScopedPolicy, 'thresholds'>>;

/** Narrows to what is not blank or loose punctuation; null when nothing is left. */
function trimmed(text: string, entity: Entity): Entity | null {
  const value = text.slice(entity.start, entity.end);
  if (!/[\p{L}\p{N}]/u.test(value)) return null;
  if (entity.type === 'PRIVATE_KEY' || entity.type === 'SECRET' || entity.type === 'TITLE') return entity;
  const head = /^[\s,;.]+/.exec(value)?.[0].length ?? 0;
  const tail = /[\s,;]+$/.exec(value)?.[0].length ?? 0;
  return { ...entity, start: entity.start + head, end: entity.end - tail };
}

/**
 * What the recognizers and the policy's deny list find at or above the threshold, less the allow list, without overlaps, in
 * order. Offsets are UTF-16 units of the input. Time is linear in the text.
 */
export function findEntities(text: string, policy: FindPolicy, options: FindOptions = {}): Entity[] {
  const normalized = normalize(text);
  const scan = scanOf(normalized.text, options.region ?? 'US');
  const sure = ({ type, score }: Entity): boolean => score >= (policy.thresholds?.[type] ?? policy.threshold);
  const found: Entity[] = [];
  for (const recognizer of options.recognizers ?? RECOGNIZERS)
    for (const entity of recognizer.find(scan)) if (sure(entity)) found.push(entity);
  found.push(...findAcrossBreaks(scan, found).filter(sure));
  found.push(...findMisread(scan, found).filter(sure));

  const allowed = new Set(policy.allow.map(canonical));
  const isAllowed = (value: string): boolean => allowed.size > 0 && allowed.has(canonical(value));
  const kept = found.filter((entity) => !isAllowed(scan.text.slice(entity.start, entity.end)));
  const resolved = resolveOverlaps([...kept, ...denied(scan.text, policy.deny)], scan.text);
  const out: Entity[] = [];
  for (const entity of resolved) {
    const narrow = trimmed(scan.text, entity);
    if (narrow !== null) out.push({ ...narrow, ...normalized.toInput(narrow.start, narrow.end) });
  }
  const elsewhere = (options.findings?.get(text) ?? []).filter(
    (entity) => sure(entity) && !isAllowed(text.slice(entity.start, entity.end)),
  );
  return elsewhere.length === 0 ? out : resolveOverlaps([...out, ...elsewhere], text);
}

function denied(text: string, deny: readonly string[]): Entity[] {
  if (deny.length === 0) return [];
  const values = new ValueSet(1);
  for (const value of deny) values.add(value, 'DENIED');
  return values.find(text).map((hit) => ({ ...hit, score: 1, recognizer: 'deny-list', why: 'on the deny list' }));
}
