import { BIG_PLACES, LANDMARKS, SUFFIXES } from './fillers-words.ts';
import type { Lists } from './lists.ts';
import { capital, digits, initial, wordOf } from './pieces.ts';
import type { Random } from './random.ts';

const first = (random: Random, lists: Lists): string =>
  random.chance(0.5) ? random.front(lists.given, 2.2) : random.pick(lists.givenOther);

export const city = (random: Random, lists: Lists): string =>
  random.chance(0.45) ? random.front(lists.cities.slice(0, 5000), 1.5) : random.pick(lists.cities);
export const region = (random: Random, lists: Lists): string => random.pick(lists.regions);

export function place(random: Random, lists: Lists): string {
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

export const house = (random: Random): string =>
  `${random.chance(0.1) ? '0' : ''}${1 + random.below(random.pick([20, 99, 99, 300, 2000, 20000]))}${random.chance(0.06) ? random.pick(['A', 'B', 'a', 'b', '-2', '/1']) : ''}`;
export const unit = (random: Random): string =>
  `${random.pick(['Apt.', 'Apt', 'Suite', 'Unit', 'Flat', 'Room', '#', 'Ste', 'Floor', 'Apartment'])} ${1 + random.below(999)}`;
export const street = (random: Random, lists: Lists): string =>
  `${streetName(random, lists)}${random.chance(0.25) ? ` ${1 + random.below(150)}${random.chance(0.2) ? '.' : ''}` : ''}`;

export function zip(random: Random): string {
  const letters = (count: number): string => Array.from({ length: count }, () => initial(random)).join('');
  const roll = random.next();
  if (roll < 0.55) return digits(random, 5);
  if (roll < 0.62) return `${digits(random, 5)}-${digits(random, 4)}`;
  if (roll < 0.72) return digits(random, 4);
  if (roll < 0.82) return `${letters(1 + random.below(2))}${1 + random.below(20)} ${random.below(10)}${letters(2)}`;
  if (roll < 0.88)
    return `${letters(1)}${random.below(10)}${letters(1)} ${random.below(10)}${letters(1)}${random.below(10)}`;
  if (roll < 0.93) return `${digits(random, 4)} ${letters(2)}`;
  return random.chance(0.5) ? digits(random, 6) : `${digits(random, 3)} ${digits(random, 2)}`;
}

/** Posts of armed forces, boxes, corners: addresses without a street and number. */
const unusual = (random: Random, lists: Lists, gap: string): string => {
  const forces = `${random.pick(['APO', 'FPO', 'DPO'])} ${random.pick(['AA', 'AE', 'AP'])} ${digits(random, 5)}`;
  const box = 1 + random.below(9999);
  return random.pick([
    () =>
      `${random.pick(['PO Box', 'P.O. Box', 'Postfach', 'Post Office Box'])} ${box}${gap}${city(random, lists)}, ${random.pick(lists.stateCodes)} ${zip(random)}`,
    () => `PSC ${digits(random, 4)}, Box ${box}\n${forces}`,
    () => `Unit ${digits(random, 4)} Box ${box}\n${forces}`,
    () => `${random.pick(['USS', 'USNS', 'USCGC', 'USNV'])} ${random.front(lists.surnames)}\n${forces}`,
    () => `the corner of ${street(random, lists)} and ${street(random, lists)}`,
  ])();
};

/** A street with its number, as it is written somewhere; at times with a second number or street, as forms merge them. */
function line(random: Random, lists: Lists): string {
  const name = streetName(random, lists);
  const roll = random.next();
  if (roll < 0.5) return `${house(random)} ${name}`;
  if (roll < 0.65) return `${name} ${house(random)}`;
  if (roll < 0.72) return `${name}, ${house(random)}`;
  if (roll < 0.86) return `${house(random)} ${name} ${house(random)}`;
  if (roll < 0.9) return `${house(random)} ${house(random)} ${name}`;
  return `${random.chance(0.5) ? `${house(random)} ` : ''}${street(random, lists)} ${streetName(random, lists)}`;
}

/** City, state, country and code, in one of the orders of the world. */
function town(random: Random, lists: Lists, gap: string): string {
  const name = random.chance(0.12) ? city(random, lists).toUpperCase() : city(random, lists);
  const state = random.chance(0.7) ? random.pick(lists.stateCodes) : region(random, lists);
  const land = random.pick(lists.countries);
  const code = zip(random);
  return random.pick([
    () => `${name}, ${state} ${code}`,
    () => `${name}, ${state} ${code}`,
    () => `${name}, ${state} ${code}${gap}${land}`,
    () => `${name} ${code}`,
    () => `${name}${gap}${code}`,
    () => `${code} ${name}`,
    () => `${code} ${name}${gap}${land}`,
    () => `${name}${gap}${land} ${code}`,
    () => `${name}${gap}${land} ${code}`,
    () => `${name}${gap}${land}`,
    () => `${name} ${land} ${code}`,
    () => `${name} ${state}`,
    () => `${name} ${state} ${code}`,
    () => `${name}\n, ${state}\n ${code}`,
    () => `${name}\n, ${state}\n ${land} ${code}`,
    () => name,
  ])();
}

export function address(random: Random, lists: Lists): string {
  const gap = random.pick([', ', ', ', '\n', '\n ', '\n ', ' ', ' ', ',\n']);
  const roll = random.next();
  if (roll < 0.07) return unusual(random, lists, gap);
  const place = line(random, lists);
  const flat = random.chance(0.4) ? `${random.pick([' ', ', ', gap])}${unit(random)}` : '';
  if (roll < 0.28) return place + flat;
  if (roll < 0.31) return `${unit(random)} ${place}${gap}${town(random, lists, gap)}`;
  return `${place}${flat}${gap}${town(random, lists, gap)}`;
}
