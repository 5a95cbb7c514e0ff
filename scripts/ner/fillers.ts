import {
  ACRONYMS,
  BIG_PLACES,
  BODIES,
  DAYS,
  ENDINGS,
  FIELDS,
  FORM_ACRONYMS,
  LANDMARKS,
  MONTHS,
  SHOPS,
  STATE_BODIES,
  SUFFIXES,
  TRADES,
  UNITS,
} from './fillers-words.ts';
import type { Lists } from './lists.ts';
import type { Random } from './random.ts';

/** A piece of a generated text: what it says, and the type it is labelled with. Nested pieces keep labels of their own. */
export interface Piece {
  text: string;
  type?: string;
}
export type Filler = (random: Random, lists: Lists) => Piece | Piece[];

const label =
  (type: string, make: (random: Random, lists: Lists) => string): Filler =>
  (random, lists) => ({ text: make(random, lists), type });
const plain =
  (make: (random: Random, lists: Lists) => string): Filler =>
  (random, lists) => ({ text: make(random, lists) });

export function first(random: Random, lists: Lists): string {
  const roll = random.next();
  if (roll < 0.55) return random.front(lists.given, 2.2);
  const name = random.pick(lists.givenOther);
  return roll > 0.97 ? `${name}-${random.front(lists.given)}` : name;
}

export function last(random: Random, lists: Lists): string {
  const roll = random.next();
  if (roll < 0.5) return random.front(lists.surnames, 2.5);
  if (roll > 0.97) return `${random.front(lists.surnames)}-${random.front(lists.surnames)}`;
  if (roll > 0.94)
    return `${random.pick(['van ', 'de ', 'von ', 'Mc', "O'", 'El-', 'Al-', 'van der ', 'de la ', 'Di ', 'Le ', 'bin '])}${random.pick(lists.surnamesOther)}`;
  return random.pick(lists.surnamesOther);
}

const initial = (random: Random): string => String.fromCharCode(65 + random.below(26));

function person(random: Random, lists: Lists): string {
  const roll = random.next();
  const f = first(random, lists);
  const l = last(random, lists);
  if (roll < 0.62) return `${f} ${l}`;
  if (roll < 0.68) return `${f} ${initial(random)}. ${l}`;
  if (roll < 0.72) return `${f} ${first(random, lists)} ${l}`;
  if (roll < 0.75) return `${initial(random)}. ${l}`;
  if (roll < 0.77) return `${initial(random)}.${initial(random)}. ${l}`;
  if (roll < 0.79) return `${f} ${l} ${last(random, lists)}`;
  if (roll < 0.81) return `${l}, ${f}`;
  if (roll < 0.82) return `${f} ${l} ${random.pick(['Jr.', 'Sr.', 'III', 'II', 'Jr'])}`;
  if (roll < 0.84) return `${f} "${first(random, lists)}" ${l}`;
  if (roll < 0.94) return f;
  return random.pick(lists.famous);
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
/** Without what follows a hyphen or a space. */
const wordOf = (entry: string): string => entry.replace(/\W.*/, '');

function brand(random: Random, lists: Lists): string {
  const a = capital(wordOf(random.pick(lists.nouns)));
  const b = wordOf(random.pick(lists.nouns));
  const roll = random.next();
  if (roll < 0.2)
    return (
      a +
      random.pick([
        'ly',
        'ify',
        'io',
        'ware',
        'soft',
        'tech',
        'net',
        'labs',
        'hub',
        'base',
        'works',
        'corp',
        'com',
        'gen',
        'ex',
        'on',
        'is',
        'ia',
        'app',
      ])
    );
  if (roll < 0.35) return a + b;
  if (roll < 0.5) return a + capital(b);
  if (roll < 0.7) return `${a} ${capital(b)}`;
  if (roll < 0.8) return `${capital(wordOf(random.pick(lists.adjectives)))} ${capital(b)}`;
  if (roll < 0.9) return `${a} ${random.pick(TRADES)}`;
  return `The ${a} ${random.pick(['Company', 'Group', 'Project', 'Foundation', 'Shop', 'House', 'Press', 'Store', 'Network'])}`;
}

function org(random: Random, lists: Lists): string {
  const roll = random.next();
  const l = random.front(lists.surnames, 1.5);
  if (roll < 0.24) return random.pick(lists.companies);
  if (roll < 0.32) return `${l} ${random.pick(ENDINGS)}`;
  if (roll < 0.36) return `${l}-${random.front(lists.surnames, 1.5)}`;
  if (roll < 0.4) return `${l}, ${random.front(lists.surnames, 1.5)} and ${random.front(lists.surnames, 1.5)}`;
  if (roll < 0.44)
    return `${l} ${random.pick(['&', 'and'])} ${random.front(lists.surnames, 1.5)}${random.chance(0.3) ? ` ${random.pick(ENDINGS)}` : ''}`;
  if (roll < 0.5) return `${l} ${random.pick(TRADES)}${random.chance(0.3) ? ` ${random.pick(ENDINGS)}` : ''}`;
  if (roll < 0.72) return `${brand(random, lists)}${random.chance(0.25) ? ` ${random.pick(ENDINGS)}` : ''}`;
  if (roll < 0.78) return `${random.front(lists.cities, 3)} ${random.pick(BODIES)}`;
  if (roll < 0.81) return `University of ${random.front(lists.cities, 3)}`;
  if (roll < 0.83)
    return `${random.pick(['Bank of', 'Embassy of', 'Government of', 'Republic Bank of', 'First National Bank of'])} ${random.chance(0.5) ? random.pick(lists.countries) : random.front(lists.cities, 3)}`;
  if (roll < 0.87)
    return `${random.chance(0.4) ? `${random.pick(lists.countries)} ` : ''}${random.pick(STATE_BODIES)} ${random.pick(FIELDS)}${random.chance(0.15) ? ` and ${random.pick(FIELDS)}` : ''}`;
  if (roll < 0.9) return `${random.pick(lists.nationalities)} ${random.pick(TRADES)}`;
  if (roll < 0.93)
    return `${random.pick(['St. ', 'Saint ', 'St '])}${random.front(lists.given)}${random.pick(["'s", ''])} ${random.pick(['Hospital', 'Church', 'School', 'College', 'Academy', 'Medical Center', 'Cathedral'])}`;
  if (roll < 0.97)
    return Array.from({ length: 2 + random.below(3) }, () => initial(random)).join(random.chance(0.15) ? '.' : '');
  return `${first(random, lists)}'s ${random.pick(['Diner', 'Pizza', 'Pub', 'Garage', 'Flowers', 'Bakery', 'Bar & Grill', 'Kitchen', 'Barber Shop', 'Coffee'])}`;
}

const nounOf = (random: Random, lists: Lists): string => capital(wordOf(random.pick(lists.nouns)));

/** A shop or supplier: an ordinary word, a name, a place or a street, and what it trades in. */
function merchant(random: Random, lists: Lists): string {
  const word = nounOf(random, lists);
  const other = wordOf(random.pick(lists.nouns)).toLowerCase();
  const name = random.pick([
    () => word,
    () => word + other,
    () => word + other,
    () => `${word} ${nounOf(random, lists)}`,
    () => `${capital(wordOf(random.pick(lists.adjectives)))} ${word}`,
    () => last(random, lists),
    () => city(random, lists),
    () => random.pick(lists.surnamesOther),
    () => `${last(random, lists)} ${random.pick(SUFFIXES)}`,
    () => `${word} ${random.pick(SUFFIXES)}`,
    () =>
      `${random.pick(['Northern', 'Southern', 'Western', 'Eastern', 'Royal', 'United', 'National', 'The'])} ${word}`,
    () => `${word} ${1 + random.below(60)}`,
  ])();
  const tail = random.chance(0.15) ? ` ${random.pick(ENDINGS)}` : '';
  const trade = random.chance(0.12) ? `${random.pick(SHOPS)} ${random.pick(SHOPS)}` : random.pick(SHOPS);
  return random.chance(0.05) ? `${name} & ${nounOf(random, lists)}` : `${name} ${trade}${tail}`;
}

/** An amount as statements print it. */
function money(random: Random): string {
  const value = random.below(random.pick([50, 1000, 20_000, 2_000_000]));
  const body = random.chance(0.8) ? value.toLocaleString('en') : String(value);
  return `${random.pick(['', '', '', '-', '-', '+', '$', '£', '€', 'GBP ', 'USD ', 'EUR '])}${body}.${digits(random, 2)}${random.pick(['', '', '', '', ' CR', ' DR', '-'])}`;
}

const product = (random: Random, lists: Lists): string =>
  `${random.chance(0.6) ? `${capital(wordOf(random.pick(lists.adjectives)))} ` : ''}${nounOf(random, lists)}${random.chance(0.5) ? ` ${random.chance(0.4) ? nounOf(random, lists) : wordOf(random.pick(lists.nouns)).toLowerCase()}` : ''}${random.chance(0.3) ? ` ${1 + random.below(500)} ${random.pick(UNITS)}` : ''}`;

const city = (random: Random, lists: Lists): string =>
  random.chance(0.45) ? random.front(lists.cities.slice(0, 5000), 1.5) : random.pick(lists.cities);
const region = (random: Random, lists: Lists): string => random.pick(lists.regions);

function place(random: Random, lists: Lists): string {
  const roll = random.next();
  if (roll < 0.5) return city(random, lists);
  if (roll < 0.7) return random.pick(lists.countries);
  if (roll < 0.8) return region(random, lists);
  if (roll < 0.9) return random.pick(BIG_PLACES).replace(/^the /, '');
  if (roll < 0.95) return `${random.front(lists.surnames)} ${random.pick(LANDMARKS)}`;
  return `${random.pick(['Mount', 'Lake', 'Cape', 'Fort', 'Port', 'San', 'Santa', 'New', 'North', 'South', 'East', 'West', 'Upper', 'Lower', 'St.'])} ${random.pick(lists.surnamesOther)}`;
}

function streetName(random: Random, lists: Lists): string {
  const roll = random.next();
  const l = random.chance(0.5) ? random.front(lists.surnames, 1.5) : capital(wordOf(random.pick(lists.nouns)));
  if (roll < 0.45) return `${l} ${random.pick(SUFFIXES)}`;
  if (roll < 0.5)
    return `${random.pick(['North', 'South', 'East', 'West', 'N.', 'S.', 'E', 'W', 'Old', 'Upper'])} ${l} ${random.pick(SUFFIXES)}`;
  if (roll < 0.56) return `${1 + random.below(120)}${random.pick(['th', 'st', 'nd', 'rd'])} ${random.pick(SUFFIXES)}`;
  const f = random.pick(lists.surnamesOther);
  if (roll < 0.68)
    return `${f}${random.pick(['straße', 'strasse', 'str.', 'weg', 'platz', 'allee', 'gasse', 'straat', 'laan', 'gracht', 'plein', 'gatan', 'vägen', 'gade', 'vej', 'veien', 'gata', 'katu', 'tie', 'bakken', 'veg', 'steenweg'])}`;
  if (roll < 0.85)
    return `${random.pick(['Rue', 'rue de', 'Rue de la', 'Avenue', 'Boulevard', 'Place', 'Quai', 'Chemin', 'Via', 'Viale', 'Piazza', 'Corso', 'Calle', 'Avenida', 'Plaza', 'Paseo', 'Rua', 'Travessa', 'Av.', 'C/', 'ul.', 'Ulica', 'Strada', 'Rúa', 'Camiño', 'Carrer', 'R', 'Cesta', 'Jalan'])} ${random.chance(0.4) ? `${first(random, lists)} ` : ''}${f}`;
  if (roll < 0.92)
    return `${f} ${random.pick(['u.', 'utca', 'út', 'tér', 'krt.', 'rakpart', 'ulice', 'caddesi', 'sokak', 'tn', 'gatve', 'iela'])}`;
  return random.chance(0.5) ? f : `${f} ${random.pick(lists.surnamesOther)}`;
}

const house = (random: Random): string =>
  `${1 + random.below(random.pick([20, 99, 300, 2000, 20000]))}${random.chance(0.06) ? random.pick(['A', 'B', 'a', 'b', '-2', '/1']) : ''}`;
const unit = (random: Random): string =>
  `${random.pick(['Apt.', 'Apt', 'Suite', 'Unit', 'Flat', 'Room', '#', 'Ste', 'Floor', 'Apartment'])} ${1 + random.below(999)}`;
const street = (random: Random, lists: Lists): string =>
  `${streetName(random, lists)}${random.chance(0.25) ? ` ${1 + random.below(150)}${random.chance(0.2) ? '.' : ''}` : ''}`;

function zip(random: Random): string {
  const digits = (count: number): string => Array.from({ length: count }, () => random.below(10)).join('');
  const letters = (count: number): string => Array.from({ length: count }, () => initial(random)).join('');
  const roll = random.next();
  if (roll < 0.55) return digits(5);
  if (roll < 0.62) return `${digits(5)}-${digits(4)}`;
  if (roll < 0.72) return digits(4);
  if (roll < 0.82) return `${letters(1 + random.below(2))}${1 + random.below(20)} ${random.below(10)}${letters(2)}`;
  if (roll < 0.88)
    return `${letters(1)}${random.below(10)}${letters(1)} ${random.below(10)}${letters(1)}${random.below(10)}`;
  if (roll < 0.93) return `${digits(4)} ${letters(2)}`;
  return random.chance(0.5) ? digits(6) : `${digits(3)} ${digits(2)}`;
}

function address(random: Random, lists: Lists): string {
  const gap = random.pick([', ', ', ', '\n', ' ', ',\n']);
  const roll = random.next();
  const name = streetName(random, lists);
  const flat = random.chance(0.25) ? `${random.pick([' ', ', ', gap])}${unit(random)}` : '';
  const town = city(random, lists);
  const state = random.chance(0.7) ? random.pick(lists.stateCodes) : random.pick(lists.regions);
  const land = random.chance(0.2) ? `${gap}${random.pick(lists.countries)}` : '';
  if (roll < 0.34)
    return `${house(random)} ${street(random, lists)}${flat}${gap}${town}${random.chance(0.9) ? `, ${state} ${zip(random)}` : ''}${land}`;
  if (roll < 0.44) return `${house(random)} ${name}${flat}${gap}${town}${gap}${zip(random)}${land}`;
  if (roll < 0.54) return `${name} ${house(random)}${gap}${zip(random)} ${town}${land}`;
  if (roll < 0.62) return `${house(random)} ${name}${gap}${zip(random)} ${town}${land}`;
  if (roll < 0.8) return `${house(random)} ${name}${flat}`;
  if (roll < 0.86) return `${name} ${house(random)}`;
  if (roll < 0.92) return `${house(random)} ${name}${gap}${town}`;
  if (roll < 0.95)
    return `${random.pick(['PO Box', 'P.O. Box', 'Postfach', 'PSC 4, Box'])} ${1 + random.below(9999)}${gap}${town}, ${state} ${zip(random)}`;
  return `${unit(random)} ${house(random)} ${name}${gap}${town}`;
}

const two = (value: number): string => String(value).padStart(2, '0');
const time = (random: Random): string =>
  random.pick([
    `${two(random.below(24))}:${two(random.below(60))}`,
    `${1 + random.below(12)}:${two(random.below(60))} ${random.pick(['am', 'pm', 'AM', 'PM'])}`,
    `${1 + random.below(12)} ${random.pick(['am', 'pm', "o'clock"])}`,
    `${1 + random.below(12)}${random.pick(['am', 'pm'])}`,
  ]);

function date(random: Random): string {
  const d = 1 + random.below(28);
  const m = random.below(12);
  const y = 1930 + random.below(100);
  const month = random.chance(0.65) ? (MONTHS[m] ?? '') : (MONTHS[m] ?? '').slice(0, 3);
  const nth =
    d % 10 === 1 && d !== 11 ? 'st' : d % 10 === 2 && d !== 12 ? 'nd' : d % 10 === 3 && d !== 13 ? 'rd' : 'th';
  return random.pick([
    () => `${m + 1}/${d}/${y}`,
    () => `${two(m + 1)}/${two(d)}/${y}`,
    () => `${two(d)}/${two(m + 1)}/${y}`,
    () => `${d}.${m + 1}.${y}`,
    () => `${two(d)}-${two(m + 1)}-${y}`,
    () => `${y}-${two(m + 1)}-${two(d)}`,
    () => `${y}-${two(m + 1)}-${two(d)} ${two(random.below(24))}:${two(random.below(60))}:${two(random.below(60))}`,
    () => `${m + 1}/${d}/${two(y % 100)}`,
    () => `${month} ${d}, ${y}`,
    () => `${month} ${d}${nth}, ${y}`,
    () => `${d} ${month} ${y}`,
    () => `${d}${nth} ${random.chance(0.5) ? 'of ' : ''}${month}${random.chance(0.5) ? ` ${y}` : ''}`,
    () => `${month} ${d}${random.chance(0.3) ? nth : ''}`,
    () => `${month} ${y}`,
    () => `${d} ${month}`,
    () => `${d}-${month.slice(0, 3)}-${y}`,
    () => `${month.slice(0, 3)}-${two(y % 100)}`,
    () => `${DAYS[random.below(7)]}, ${month} ${d}, ${y}`,
    () => `${DAYS[random.below(7)]}, ${d} ${month} ${y}`,
    () => `${m + 1}/${d}`,
  ])();
}

const number = (random: Random): string => String(1 + random.below(random.pick([9, 60, 300])));
const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.below(10)).join('');

function phone(random: Random): string {
  const d = (count: number): string => digits(random, count);
  return random.pick([
    () => `${2 + random.below(8)}${d(2)}-${d(3)}-${d(4)}`,
    () => `(${2 + random.below(8)}${d(2)}) ${d(3)}-${d(4)}`,
    () => `+1-${d(3)}-${d(3)}-${d(4)}`,
    () => `${d(3)}.${d(3)}.${d(4)}x${d(3)}`,
    () => `001-${d(3)}-${d(3)}-${d(4)}`,
    () => `+${10 + random.below(80)} ${d(2)} ${d(4)} ${d(4)}`,
    () => `0${d(3)} ${d(3)} ${d(3)}`,
    () => `0${d(2)} ${d(3)} ${d(2)} ${d(2)}`,
    () => `(${d(2)}) ${d(4)}-${d(4)}`,
    () => `${d(2)}-${d(8)}`,
    () => d(10),
    () => `${d(2)} ${d(2)} ${d(2)} ${d(2)}`,
    () => `0${d(1)}-${d(8)}`,
  ])();
}

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
  ACR: plain((random) => random.pick(ACRONYMS)),
  tag: plain((random, lists) => capital(wordOf(random.pick(lists.nouns)))),
};
