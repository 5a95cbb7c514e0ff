import { city } from './fillers-places.ts';
import { BODIES, ENDINGS, FIELDS, ORGANS, SHOPS, STATE_BODIES, SUFFIXES, TRADES, UNITS } from './fillers-words.ts';
import type { Lists } from './lists.ts';
import { capital, initial, wordOf } from './pieces.ts';
import type { Random } from './random.ts';

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

export function person(random: Random, lists: Lists): string {
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
  if (roll < 0.92) return f;
  if (roll < 0.93)
    return `${f} ${random.pick(['van', 'de', 'von', 'van der', 'de la', 'della', 'bin', 'al', 'ten', 'ter', 'dos', 'du', 'El', 'St.'])} ${random.pick(lists.surnamesOther)}`;
  if (roll < 0.94) return `${f} ${initial(random)}.`;
  return random.pick(lists.famous);
}

export function brand(random: Random, lists: Lists): string {
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
  if (roll < 0.62) return `${a} ${capital(b)}`;
  if (roll < 0.66) return `${a} ${capital(b)} ${random.pick(TRADES)}`;
  if (roll < 0.68)
    return `The ${a} ${random.pick(['Report', 'Index', 'Review', 'Exchange', 'Institute', 'Journal', 'Bureau', 'Collective'])}`;
  if (roll < 0.7) return `${a}${random.pick(['.com', '.io', '.org', '24', '360', ' One', ' X', '!'])}`;
  if (roll < 0.8) return `${capital(wordOf(random.pick(lists.adjectives)))} ${capital(b)}`;
  if (roll < 0.9) return `${a} ${random.pick(TRADES)}`;
  return `The ${a} ${random.pick(['Company', 'Group', 'Project', 'Foundation', 'Shop', 'House', 'Press', 'Store', 'Network'])}`;
}

export function org(random: Random, lists: Lists): string {
  const roll = random.next();
  const l = random.front(lists.surnames, 1.5);
  if (roll < 0.07) return random.pick(lists.wellKnown);
  if (roll < 0.2) return random.pick(lists.companies);
  if (roll < 0.22)
    return `${capital(wordOf(random.pick(lists.adjectives)))} ${capital(wordOf(random.pick(lists.nouns)))} ${random.pick(FIELDS)}`;
  if (roll < 0.24)
    return `${random.pick(['Department', 'Office', 'House', 'Institute', 'Center', 'Museum', 'Bank', 'League', 'Academy', 'Union', 'Order', 'Friends', 'Sons', 'Daughters'])} of ${random.chance(0.5) ? 'the ' : ''}${random.chance(0.5) ? `${capital(wordOf(random.pick(lists.adjectives)))} ` : ''}${capital(wordOf(random.pick(lists.nouns)))}`;
  if (roll < 0.32) return `${l} ${random.pick(ENDINGS)}`;
  if (roll < 0.36) return `${l}-${random.front(lists.surnames, 1.5)}`;
  if (roll < 0.4)
    return `${l}, ${random.front(lists.surnames, 1.5)}${random.chance(0.2) ? ',' : ''} ${random.chance(0.7) ? 'and' : '&'} ${random.front(lists.surnames, 1.5)}${random.chance(0.1) ? ` ${random.pick(ENDINGS)}` : ''}`;
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
  if (roll < 0.88) return `${random.pick(lists.nationalities)} ${random.pick(TRADES)}`;
  if (roll < 0.905)
    return `${random.pick([random.pick(lists.nationalities), random.pick(lists.countries), 'U.S.', 'US', 'Royal', 'National', 'Joint', 'Free', 'UN'])} ${random.pick(ORGANS)}`;
  if (roll < 0.93)
    return `${random.pick(['St. ', 'Saint ', 'St '])}${random.front(lists.given)}${random.pick(["'s", ''])} ${random.pick(['Hospital', 'Church', 'School', 'College', 'Academy', 'Medical Center', 'Cathedral'])}`;
  if (roll < 0.97)
    return Array.from({ length: 2 + random.below(3) }, () => initial(random)).join(random.chance(0.15) ? '.' : '');
  return `${first(random, lists)}'s ${random.pick(['Diner', 'Pizza', 'Pub', 'Garage', 'Flowers', 'Bakery', 'Bar & Grill', 'Kitchen', 'Barber Shop', 'Coffee'])}`;
}

const nounOf = (random: Random, lists: Lists): string => capital(wordOf(random.pick(lists.nouns)));

/** A shop or supplier: an ordinary word, a name, a place or a street, and what it trades in. */
export function merchant(random: Random, lists: Lists): string {
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

export const product = (random: Random, lists: Lists): string =>
  `${random.chance(0.6) ? `${capital(wordOf(random.pick(lists.adjectives)))} ` : ''}${nounOf(random, lists)}${random.chance(0.5) ? ` ${random.chance(0.4) ? nounOf(random, lists) : wordOf(random.pick(lists.nouns)).toLowerCase()}` : ''}${random.chance(0.3) ? ` ${1 + random.below(500)} ${random.pick(UNITS)}` : ''}`;
