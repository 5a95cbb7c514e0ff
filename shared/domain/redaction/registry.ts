import { NER_TYPES } from './ner/labels.ts';
import type { Recognizer } from './recognizer.ts';
import * as address from './recognizers/address.ts';
import * as americas from './recognizers/americas.ts';
import * as asiaPacific from './recognizers/asia-pacific.ts';
import * as bank from './recognizers/bank.ts';
import * as cards from './recognizers/cards.ts';
import * as cryptoAddresses from './recognizers/crypto-addresses.ts';
import * as dates from './recognizers/dates.ts';
import * as furtherIds from './recognizers/further-ids.ts';
import * as germany from './recognizers/germany.ts';
import * as indiaKorea from './recognizers/india-korea.ts';
import * as internet from './recognizers/internet.ts';
import * as northernEurope from './recognizers/northern-europe.ts';
import { person } from './recognizers/person.ts';
import { phone } from './recognizers/phone.ts';
import * as secrets from './recognizers/secrets.ts';
import * as unitedKingdom from './recognizers/united-kingdom.ts';
import * as unitedStates from './recognizers/united-states.ts';
import { licensePlate, vin, vinInContext } from './recognizers/vehicles.ts';
import * as westernEurope from './recognizers/western-europe.ts';

/** Every recognizer that needs no model. A new one is added to its file of `recognizers/` and appears here by itself. */
export const RECOGNIZERS: readonly Recognizer[] = [
  ...Object.values(cards),
  ...Object.values(bank),
  ...Object.values(unitedStates),
  ...Object.values(unitedKingdom),
  ...Object.values(westernEurope),
  ...Object.values(northernEurope),
  ...Object.values(germany),
  ...Object.values(furtherIds),
  ...Object.values(indiaKorea),
  ...Object.values(asiaPacific),
  ...Object.values(americas),
  ...Object.values(internet),
  ...Object.values(secrets),
  ...Object.values(cryptoAddresses),
  ...Object.values(dates),
  ...Object.values(address),
  vin,
  vinInContext,
  licensePlate,
  phone,
  person,
];

/** Every entity type that a policy may name because a recognizer finds it; fields bring `ID`, `REFERENCE_NUMBER`. */
export const ENTITY_TYPES: readonly string[] = [
  ...new Set([
    ...RECOGNIZERS.flatMap((recognizer) => recognizer.types),
    ...NER_TYPES,
    'ID',
    'REFERENCE_NUMBER',
    'DENIED',
  ]),
].sort();
