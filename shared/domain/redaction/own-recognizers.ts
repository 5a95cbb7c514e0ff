import type { Policy } from '../policy.ts';
import type { Recognizer } from './recognizer.ts';
import { compileTenantRecognizers } from './tenant-recognizers.ts';

/** The policy with its own allow lists in force, and its own recognizers beside the platform's. */
export function withOwnRecognizers<P extends Policy>(
  policy: P,
  local: readonly Recognizer[],
): { policy: P; recognizers: readonly Recognizer[] } {
  if (policy.recognizers.length === 0) return { policy, recognizers: local };
  const { recognizers, allow } = compileTenantRecognizers(policy.recognizers);
  return { policy: { ...policy, allow: [...policy.allow, ...allow] }, recognizers: [...local, ...recognizers] };
}
