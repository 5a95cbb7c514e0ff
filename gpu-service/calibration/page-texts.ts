import type { Random } from './random.ts';

const WORDS =
  'the of and a to in is that it was for on with as by at from this have an be are which or not one all their has more would about other new some could time these two may then do first any now such like our over man me even most made after also did many before must through back years where much your way well down should because each just those people state too little good make very world still own see men work long get here between both life being under never day same another know while last might us great old year off come since against go came right used take three'.split(
    ' ',
  );
const NAMES =
  'Anderson Bennett Carver Delgado Eriksen Fontaine Gupta Hartley Ibrahim Jansen Kowalski Lindqvist Marchetti Nakamura Okafor Petrov Quigley Rahman Schneider Tanaka Underwood Vasquez Whitfield Xiong Yamada Zimmerman'.split(
    ' ',
  );
const GOODS =
  'COFFEE BREAD MILK BUTTER CHEESE APPLE JUICE TEA RICE SUGAR SOAP PAPER BATTERY PEN TAPE BULB CABLE NAIL PAINT BRUSH GLUE CHICKEN NOODLE SOUP WATER BOTTLE PACK SET BOX LARGE SMALL 500ML 1KG 250G X12 A4 NO.2'.split(
    ' ',
  );
const LABELS =
  'Name:,Date:,Address:,Telephone No.,Account Number:,Department,Project Title:,Approved by:,Amount,Quantity,Description of Goods,Reference No:,Signature:,Fax:,To:,From:,Subject:,Total Cost,Unit Price,Remarks,City / State,Zip Code,Serial No.,Brand,Region,Manager,Start Date,End Date,Comments:'.split(
    ',',
  );
const STREETS = 'Market Street,Station Road,Mill Lane,Harbour Avenue,Jalan Besar,Park View,King Street'.split(',');

const one = (random: Random, from: readonly string[]): string => from[random.whole(0, from.length - 1)] ?? '';
const title = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.whole(0, 9)).join('');

export const amount = (random: Random): string =>
  random.pick([
    `${random.whole(1, 99)}.${digits(random, 2)}`,
    `${random.whole(100, 999)}.${digits(random, 2)}`,
    `${random.whole(1, 9)},${digits(random, 3)}.${digits(random, 2)}`,
  ]);
export const label = (random: Random): string => one(random, LABELS);
export const goods = (random: Random): string =>
  Array.from({ length: random.whole(1, 4) }, () => one(random, GOODS)).join(' ');
export const person = (random: Random): string =>
  `${one(random, NAMES)}, ${String.fromCharCode(random.whole(65, 90))}.`;
export const company = (random: Random): string =>
  `${one(random, NAMES).toUpperCase()} & ${one(random, NAMES).toUpperCase()} ${random.pick(['LTD', 'SDN BHD', 'INC.', 'TRADING CO.', 'ENTERPRISE'])}`;
export const address = (random: Random): string =>
  `NO. ${random.whole(1, 200)}, ${one(random, STREETS).toUpperCase()}, ${digits(random, 5)}`;
export const date = (random: Random): string => {
  const [day, month, year] = [random.whole(1, 28), random.whole(1, 12), random.whole(1990, 2026)];
  const two = (value: number): string => String(value).padStart(2, '0');
  return random.pick([
    `${two(day)}/${two(month)}/${year}`,
    `${year}-${two(month)}-${two(day)}`,
    `${month}/${day}/${two(year % 100)}`,
  ]);
};
export const number = (random: Random): string =>
  random.pick([
    `${digits(random, 3)}-${digits(random, 4)}`,
    `(${digits(random, 3)}) ${digits(random, 3)}-${digits(random, 4)}`,
    `${String.fromCharCode(random.whole(65, 90))}${digits(random, 8)}`,
    `#${digits(random, 6)}`,
  ]);

/** A sentence of common words, with the marks, numbers and capitals that text has. */
export function sentence(random: Random): string {
  const words = Array.from({ length: random.whole(6, 18) }, () => {
    if (random.chance(0.05)) return number(random);
    if (random.chance(0.06)) return one(random, NAMES);
    const word = one(random, WORDS);
    return random.chance(0.08) ? `${word},` : word;
  });
  return `${title(words.join(' ').replace(/,$/, ''))}${random.pick(['.', '.', '.', '?', ';', ':'])}`;
}
