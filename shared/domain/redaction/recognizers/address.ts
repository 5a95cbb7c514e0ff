import { byPattern } from '../recognizer.ts';

/** Between the parts of an address: spaces, one comma, a line break with its quoting marks. */
const GAP = '(?:,?[ \\t]{1,2}|,?[ \\t]{0,2}\\r?\\n[ \\t>?]{0,4})';
const NAME = "(?:\\p{Lu}[\\p{L}'.]{0,30}(?:-\\p{L}[\\p{L}'.]{0,30}){0,2}|\\d{1,3}(?:st|nd|rd|th))";
const UNIT = '(?:(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm|#)\\.?[ ]?[\\w-]{1,6})';
const STREET_WORDS =
  'Street|St|Avenue|Ave|Av|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Circle|Cir|Way|Place|Pl|Square|Sq|Terrace|Ter|Parkway|Pkwy|Highway|Hwy|Close|Crescent|Cres|Grove|Gardens|Mews|Row|Trail|Trl|Alley|Plaza|Walk|Hill|Parade|Esplanade|Quay|Green|Yard|Wharf|Embankment|Promenade';
const ZIP = '(?:[A-Z]{2}[ \\t]{1,3}\\d{5}(?:-\\d{4})?)';
const UK_POST = '(?:[A-PR-UWYZ][A-HK-Y]?\\d[A-Z\\d]? ?\\d[ABD-HJLNP-UW-Z]{2})';
const CITY = `(?:${NAME}(?: ${NAME}){0,3})`;
const TAIL = `(?:${GAP}${UNIT})?(?:${GAP}${CITY}){0,3}(?:${GAP}(?:${ZIP}|${UK_POST}|\\d{4,5}))`;

export const streetAddress = byPattern({
  name: 'street-address',
  type: 'ADDRESS',
  languages: ['en'],
  pattern: new RegExp(
    `(?<![\\p{L}\\p{N}$€£.,-])\\d{1,5}[A-Za-z]?(?:[-/]\\d{1,4})?,? (?:[NSEW]{1,2}\\.? )?(?:${NAME} ){1,4}?(?:${STREET_WORDS})(?![\\p{L}\\p{N}])\\.?(?: [NSEW]{1,2}(?![\\p{L}\\p{N}]))?(?:${TAIL}|(?:${GAP}${UNIT})?)`,
    'gu',
  ),
  score: 0.75,
  scoreInContext: 0.9,
  context: ['address', 'lives', 'live', 'residence', 'home', 'ship', 'deliver', 'located', 'resides', 'bill'],
  proof: 'number and street word',
});

export const postBox = byPattern({
  name: 'post-box',
  type: 'ADDRESS',
  languages: ['en', 'de', 'fr', 'es'],
  pattern: new RegExp(
    `(?<![\\p{L}\\p{N}])(?:P\\.? ?O\\.? ?Box|Post Office Box|Postfach|Boîte postale|Apartado|PSC \\d{1,5},? Box|Unit \\d{1,5},? Box|CMR \\d{1,5},? Box) \\d{1,6}(?:${TAIL}|${GAP}[AFD]PO (?:AA|AE|AP) \\d{5})?`,
    'giu',
  ),
  score: 0.75,
  proof: 'post box',
});

/** `Hauptstraße 12`, `Kungsgatan 5`, `Kerkstraat 1`; then perhaps `10115 Berlin`. */
export const streetThenNumber = byPattern({
  name: 'street-then-number',
  type: 'ADDRESS',
  languages: ['de', 'nl', 'sv', 'da', 'no', 'fi', 'hu', 'cs'],
  pattern: new RegExp(
    `(?<![\\p{L}\\p{N}])\\p{Lu}[\\p{L}-]{0,30}(?:[ -]?(?:straße|strasse|Straße|Strasse|str\\.|Str\\.|gasse|allee|Allee|platz|Platz|ring)|weg|damm|ufer|gatan|vägen|gade|vej|veien|gata|straat|laan|plein|gracht|katu|tie|utca| utca| ulice| ulica) ?\\d{1,4}[a-zA-Z]?(?![\\p{L}\\p{N}])(?:${GAP}(?:[A-Z]{1,2}-)?\\d{4,5}(?: [A-Z]{2})? ${CITY})?`,
    'gu',
  ),
  score: 0.65,
  scoreInContext: 0.85,
  context: ['adresse', 'anschrift', 'wohnhaft', 'address', 'adres', 'adress', 'lives'],
  proof: 'street ending and number',
});

/** `12 rue de la Paix`, `Calle Mayor 5`, `via Roma, 12`. */
export const romanceStreet = byPattern({
  name: 'romance-street',
  type: 'ADDRESS',
  languages: ['fr', 'es', 'it', 'pt'],
  pattern: new RegExp(
    `(?<![\\p{L}\\p{N}])(?:\\d{1,4}(?: ?bis| ?ter)?,? )?(?:rue|avenue|boulevard|place|chemin|quai|allée|impasse|via|viale|piazza|corso|calle|avenida|plaza|paseo|rua|travessa|praça|Rue|Avenue|Boulevard|Place|Chemin|Quai|Allée|Via|Viale|Piazza|Corso|Calle|Avenida|Plaza|Paseo|Rua|Travessa|Praça|Largo) (?:(?:de|du|des|la|le|les|da|do|dos|das|del|della|di|el|los|las|d'|l') ?){0,3}\\p{Lu}[\\p{L}'-]{1,30}(?: (?:(?:de|du|la|da|do|del) )?\\p{Lu}[\\p{L}'-]{1,30}){0,3}(?:,? (?:n[º°.] ?)?\\d{1,4})?(?:${GAP}\\d{4,5}(?:-\\d{3})? ${CITY})?`,
    'gu',
  ),
  valid: (value) => /\d/.test(value),
  score: 0.65,
  scoreInContext: 0.85,
  context: ['adresse', 'dirección', 'indirizzo', 'morada', 'endereço', 'address', 'domicile', 'lives'],
  proof: 'street word and number',
});

export const usCityLine = byPattern({
  name: 'us-city-line',
  type: 'ADDRESS',
  languages: ['en'],
  pattern: new RegExp(
    `(?<![\\p{L}\\p{N}])${CITY}, ?(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]),? {1,3}\\d{5}(?:-\\d{4})?(?![\\p{L}\\p{N}])`,
    'gu',
  ),
  score: 0.75,
  proof: 'city, state and ZIP',
});

export const ukPostcode = byPattern({
  name: 'uk-postcode',
  type: 'ADDRESS',
  languages: ['en'],
  pattern: new RegExp(`(?<![\\p{L}\\p{N}-])${UK_POST}(?![\\p{L}\\p{N}-])`, 'gu'),
  valid: (value) => value.includes(' '),
  score: 0.55,
  scoreInContext: 0.85,
  context: ['postcode', 'post code', 'address', 'postal'],
  proof: 'postcode format',
});
