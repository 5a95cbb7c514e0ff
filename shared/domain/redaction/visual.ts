import { RectoError } from '../errors.ts';
import type { Box, Code, Page } from '../page.ts';
import type { Operator, Policy } from '../policy.ts';
import { signaturePlaces } from './signature-places.ts';

/**
 * What a picture shows besides print. A policy has to name such a type for it to go; a code goes as well when what it says
 * holds something that goes. Whatever the operator, a picture can only be covered.
 */
export const VISUAL_TYPES = ['QR_CODE', 'BARCODE', 'SIGNATURE', 'FACE', 'STAMP'] as const;
export type VisualType = (typeof VISUAL_TYPES)[number];

/** Those that nothing here can find: no model for them with a licence that allows it is part of the platform. */
const NOT_FOUND_BY_ANYTHING: readonly VisualType[] = ['FACE', 'STAMP'];

export interface VisualFind {
  type: VisualType;
  page: number;
  box: Box;
  score: number;
  recognizer: string;
  why: string;
  operator: string;
}

/** What has to be known to judge a picture: the policy, and what goes in a text. */
export interface VisualJudge {
  policy: Pick<Policy, 'entities'>;
  find: (text: string) => readonly { type: string; start: number; end: number }[];
}

const asked = (policy: Pick<Policy, 'entities'>, type: VisualType): Operator['operator'] | null => {
  const operator = policy.entities[type]?.operator;
  return operator === undefined || operator === 'keep' ? null : operator;
};

/** `recognizer_unavailable`, naming them, where the policy takes out types that nothing can find. */
export function checkVisualTypes(policy: Pick<Policy, 'entities'>): void {
  const missing = NOT_FOUND_BY_ANYTHING.filter((type) => asked(policy, type) !== null);
  if (missing.length === 0) return;
  throw new RectoError(
    'recognizer_unavailable',
    `The policy takes out ${missing.join(' and ')}, and there is no recognizer that finds them; nothing is redacted by half. Take them out of the policy, or cover them by hand in a review.`,
    { details: { types: missing } },
  );
}

const typeOf = ({ format }: Code): VisualType => (/QR/i.test(format) ? 'QR_CODE' : 'BARCODE');

/** Why a code goes, and by which operator; null when it may stay. */
export function codeGoes({ policy, find }: VisualJudge, code: Code): { why: string; operator: string } | null {
  const operator = asked(policy, typeOf(code));
  if (operator !== null) return { why: 'the policy names its type', operator };
  // In addresses the characters that may not stand for themselves are escaped.
  const types = new Set([...find(code.text), ...find(unescaped(code.text))].map(({ type }) => type));
  return types.size === 0 ? null : { why: `it says ${[...types].sort().join(', ')}`, operator: 'replace' };
}

export function unescaped(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** What of a page's picture goes. */
export function visualFinds(judge: VisualJudge, page: Page): VisualFind[] {
  if (page.geometry === 'none') return [];
  const codes = (page.codes ?? []).flatMap((code): VisualFind[] => {
    const goes = codeGoes(judge, code);
    if (goes === null) return [];
    const { number } = page;
    return [{ type: typeOf(code), page: number, box: code.box, score: 1, recognizer: 'code-reader', ...goes }];
  });
  const operator = asked(judge.policy, 'SIGNATURE');
  if (operator === null) return codes;
  const signatures = signaturePlaces(page).map(
    ({ box, score, why }): VisualFind => ({
      ...{ type: 'SIGNATURE', page: page.number, box, score, why, operator },
      recognizer: 'signature-place',
    }),
  );
  return [...codes, ...signatures];
}
