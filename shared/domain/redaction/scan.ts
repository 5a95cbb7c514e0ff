import type { CountryCode } from 'libphonenumber-js/min';
import { type ContextIndex, contextIndex } from './context-index.ts';
import { type DigitGroups, digitGroups } from './digit-groups.ts';

/** One normalized text as the recognizers share it; indexes are made when first asked for. */
export interface Scan {
  readonly text: string;
  /** Where phone numbers without a country code are taken to be from. */
  readonly region: CountryCode;
  readonly digits: DigitGroups;
  readonly context: ContextIndex;
}

export function scanOf(text: string, region: CountryCode): Scan {
  let digits: DigitGroups | undefined;
  let context: ContextIndex | undefined;
  return {
    text,
    region,
    get digits() {
      digits ??= digitGroups(text);
      return digits;
    },
    get context() {
      context ??= contextIndex(text);
      return context;
    },
  };
}
