import { brand, first, last, merchant, org, person, product } from './fillers-names.ts';
import { date, money, number, phone, time } from './fillers-numbers.ts';
import { address, city, house, place, region, street, unit, zip } from './fillers-places.ts';
import { ACRONYMS, DAYS, FORM_ACRONYMS, MONTHS, TECH, UNITS } from './fillers-words.ts';
import type { Lists } from './lists.ts';
import { capital, digits, type Filler, initial, label, plain, wordOf } from './pieces.ts';
import type { Random } from './random.ts';

const mailName = (name: string): string => name.normalize('NFKD').replace(/[^A-Za-z]/g, '');
const handle = (random: Random, lists: Lists): string =>
  `@${mailName(first(random, lists))}${random.pick(['', '_', 'xo', '22', '_official', 'lover', '1'])}`;

/** Slots of the templates. What patterns find better than a model is left without a label. */
export const FILLERS: Readonly<Record<string, Filler>> = {
  person: label('PERSON', person),
  first: label('PERSON', first),
  last: label('PERSON', last),
  initial: plain(initial),
  h: label('TITLE', (random) =>
    random.pick([
      'Mr.',
      'Mrs.',
      'Ms.',
      'Miss',
      'Dr.',
      'Mr',
      'Mrs',
      'Ms',
      'Dr',
      'Prof.',
      'Professor',
      'Sir',
      'Madam',
      'Mx.',
      'Rev.',
      'Herr',
      'Frau',
      'Lt.',
      'Col.',
      'Lt. Col.',
      'Capt.',
      'Sgt.',
      'Gen.',
      'Señora',
    ]),
  ),
  org: label('ORGANIZATION', org),
  merchant: label('ORGANIZATION', merchant),
  MERCHANT: label('ORGANIZATION', (random, lists) => merchant(random, lists).toUpperCase()),
  money: plain(money),
  product: plain(product),
  PRODUCT: plain((random, lists) => product(random, lists).toUpperCase()),
  unitword: plain((random) => random.pick(UNITS)),
  sku: plain(
    (random) =>
      `${initial(random)}${initial(random)}${random.pick(['-', '', '/'])}${digits(random, 2 + random.below(5))}${random.chance(0.3) ? `-${initial(random)}` : ''}`,
  ),
  LABEL: plain((random) => random.pick(FORM_ACRONYMS)),
  gap: plain((random) => (random.chance(0.12) ? '\t' : ' '.repeat(3 + random.below(random.pick([4, 20, 60]))))),
  city: label('LOCATION', city),
  country: label('LOCATION', (random, lists) => random.pick(lists.countries)),
  region: label('LOCATION', region),
  gulf: label(
    'LOCATION',
    (random, lists) =>
      `${random.pick(['Gulf', 'Bay', 'Strait', 'Sea', 'Isle', 'Cape', 'Port'])} of ${random.chance(0.5) ? random.pick(lists.countries) : city(random, lists)}`,
  ),
  state: label('LOCATION', (random, lists) => random.pick(lists.stateCodes)),
  place: label('LOCATION', place),
  address: label('ADDRESS', address),
  street: label('ADDRESS', street),
  house: label('ADDRESS', house),
  unit: label('ADDRESS', unit),
  zip: label('ADDRESS', zip),
  date: label('DATE_TIME', date),
  dob: label('DATE_TIME', date),
  weekday: label('DATE_TIME', (random) => (random.chance(0.85) ? random.pick(DAYS) : random.pick(DAYS).slice(0, 3))),
  month: plain((random) => random.pick(MONTHS)),
  monthyear: label('DATE_TIME', (random) => `${random.pick(MONTHS)} ${1950 + random.below(80)}`),
  year: plain((random) => String(1900 + random.below(130))),
  time: plain(time),
  age: label('AGE', (random) => String(random.chance(0.85) ? 16 + random.below(75) : 1 + random.below(110))),
  nrp: label('NRP', (random, lists) => random.pick(lists.nationalities)),
  job: label('TITLE', (random, lists) => {
    const name = random.pick(lists.jobs);
    return random.chance(0.4) ? capital(name) : name;
  }),
  phone: plain(phone),
  email: plain(
    (random, lists) =>
      `${mailName(first(random, lists))}${random.pick(['.', '', '_'])}${mailName(last(random, lists))}@${random.pick(['example', 'mail', 'cuvox', 'corp', 'post', 'web'])}.${random.pick(['com', 'org', 'de', 'us', 'co.uk'])}`,
  ),
  url: plain(
    (random, lists) =>
      `http${random.pick(['', 's'])}://${random.pick(['www.', '', 't.co/', 'bit.ly/'])}${wordOf(random.pick(lists.nouns))}${digits(random, 3)}.${random.pick(['com', 'net', 'org'])}`,
  ),
  card: plain((random) => `${random.pick(['4', '51', '37'])}${digits(random, 14)}`),
  iban: plain(
    (random) =>
      `GB${digits(random, 2)}${initial(random)}${initial(random)}${initial(random)}${initial(random)}${digits(random, 14)}`,
  ),
  ssn: plain((random) => `${digits(random, 3)}-${digits(random, 2)}-${digits(random, 4)}`),
  ip: plain((random) => Array.from({ length: 4 }, () => random.below(256)).join('.')),
  id: plain((random) => `${random.pick(['', 'A', 'INV-', '#', 'PO ', 'TX'])}${digits(random, 3 + random.below(6))}`),
  num: plain(number),
  amount: plain(
    (random) =>
      `${random.pick(['$', '€', '£', 'USD ', ''])}${number(random)}${random.pick(['', '.00', '.50', ',000', ' million', ' billion', '.99'])}`,
  ),
  handle: plain(handle),
  noun: plain((random, lists) => wordOf(random.pick(lists.nouns)).toLowerCase()),
  Noun: plain((random, lists) => capital(wordOf(random.pick(lists.nouns)))),
  NOUN: plain((random, lists) => wordOf(random.pick(lists.nouns)).toUpperCase()),
  adj: plain((random, lists) => wordOf(random.pick(lists.adjectives)).toLowerCase()),
  Adj: plain((random, lists) => capital(wordOf(random.pick(lists.adjectives)))),
  code: plain((random, lists) => {
    const [a = '', b = '', c = ''] = Array.from({ length: 3 }, () => wordOf(random.pick(lists.nouns)).toLowerCase());
    return random.pick([
      `${a}${capital(b)}`,
      `${a}_${b}`,
      `${a}_${b}_${c}`.toUpperCase(),
      `${a}-${b}`,
      `--${a}-${b}`,
      `${a}/${b}.${random.pick(['ts', 'json', 'md', 'py', 'txt', 'pdf'])}`,
      `/v1/${a}s`,
      `${a}.${b}`,
      `v${random.below(9)}.${random.below(20)}.${random.below(9)}`,
      a,
      capital(a) + capital(b),
    ]);
  }),
  tech: plain((random) => random.pick(TECH)),
  Tech: plain((random) => capital(random.pick(TECH))),
  brand: label('ORGANIZATION', brand),
  ACR: plain((random) => random.pick(ACRONYMS)),
  ABBR: label('ORGANIZATION', (random) => Array.from({ length: 2 + random.below(4) }, () => initial(random)).join('')),
  ROMAN: plain((random) => random.pick(['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'XIV'])),
  tag2: plain(
    (random, lists) =>
      `#${random.chance(0.5) ? wordOf(random.pick(lists.nouns)).toLowerCase() : capital(wordOf(random.pick(lists.nouns)))}${random.chance(0.4) ? capital(wordOf(random.pick(lists.nouns))) : ''}`,
  ),
  tag: plain((random, lists) => capital(wordOf(random.pick(lists.nouns)))),
};
