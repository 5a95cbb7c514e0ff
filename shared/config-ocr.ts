/** What reads pages: our own service, a model behind a chat endpoint, Google Document AI. */
export type OcrEngineKind = 'recto' | 'openai-chat' | 'document-ai';

/** How an engine is shown who we are. */
export type OcrEngineAuth =
  | { kind: 'none' }
  | { kind: 'token'; value: string }
  /** Read for each call. */
  | { kind: 'file'; path: string }
  /** Google identity token of this workload, for the engine's URL (Cloud Run). */
  | { kind: 'identity' }
  /** Google access token of this workload (Document AI). */
  | { kind: 'google' };

export interface OcrEngineConfig {
  id: string;
  kind: OcrEngineKind;
  /** Null: our own service, started here. */
  url: string | null;
  model: string | null;
  auth: OcrEngineAuth;
  /** US dollars: for a million tokens in and out, or, as `input`, for 1,000 pages. Null: unknown. */
  price: { input: number; output: number } | null;
  timeoutMs: number | null;
  required: boolean;
}

export interface OcrConfig {
  /** In order of preference; the first is the default. Never empty. */
  engines: OcrEngineConfig[];
  failover: 'none' | 'ordered';
  /** Outside of production: engines that were named and lack settings, with what they lack. */
  leftOut: { id: string; because: string }[];
}

type Env = Readonly<Record<string, string | undefined>>;

const OWN = 'recto-ppocr';
const KINDS: Readonly<Record<string, OcrEngineKind>> = {
  [OWN]: 'recto',
  'nanonets-ocr-s': 'openai-chat',
  'nanonets-ocr2-3b': 'openai-chat',
  'document-ai': 'document-ai',
};
const ALL_KINDS: readonly string[] = ['recto', 'openai-chat', 'document-ai'] satisfies OcrEngineKind[];
const AUTHS = ['none', 'identity', 'google'] as const;
const SUFFIXES = ['URL', 'TOKEN', 'TOKEN_FILE', 'MODEL', 'AUTH', 'KIND', 'PRICE', 'SECONDS'] as const;
type Suffix = (typeof SUFFIXES)[number];

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const LOCAL =
  /^(?:localhost|127\.[\d.]+|\[::1\]|0\.0\.0\.0|.*\.(?:test|example|invalid|localhost)|(?:.*\.)?example\.(?:com|org|net))$/i;
const INTERNAL = /(?:^[^.]+|\.svc|\.svc\.cluster\.local|\.internal)$/i;
const TEST_TOKEN = /^(?:test|dummy|fake|example|change-?me|secret|token|password|todo|x+$|sk-test|your[-_])/i;

/** `nanonets-ocr2-3b` and `URL`: `RECTO_OCR_NANONETS_OCR2_3B_URL`. */
const variable = (id: string, suffix: Suffix): string => `RECTO_OCR_${id.replaceAll('-', '_').toUpperCase()}_${suffix}`;

/**
 * The OCR engines that the environment names. In production everything an engine needs must be there and none of it may
 * look like a test's; elsewhere an engine that lacks something is left out, and our own service reads when none is left.
 * Each problem is one line that begins with the variable.
 */
export function parseOcrEngines(env: Env, production: boolean): { ocr: OcrConfig; problems: string[] } {
  const problems: string[] = [];
  const ids = list(env.RECTO_OCR_ENGINES ?? OWN);
  if (ids.length === 0) problems.push('RECTO_OCR_ENGINES: names no engine');
  for (const id of ids)
    if (!NAME.test(id))
      problems.push(`RECTO_OCR_ENGINES: ${JSON.stringify(id)} is no name of lower-case letters, digits and hyphens`);
  const required = list(env.RECTO_OCR_REQUIRED ?? ids[0] ?? '');
  for (const id of required)
    if (!ids.includes(id)) problems.push(`RECTO_OCR_REQUIRED: ${id} is not in RECTO_OCR_ENGINES`);
  if (production) problems.push(...strangers(env, ids));

  const engines: OcrEngineConfig[] = [];
  const leftOut: OcrConfig['leftOut'] = [];
  for (const id of new Set(ids.filter((one) => NAME.test(one)))) {
    const { engine, wrong, missing, notInProduction } = parseEngine(env, id, required.includes(id));
    problems.push(...wrong);
    if (production) problems.push(...missing, ...notInProduction);
    if (engine === null) continue;
    if (missing.length === 0) engines.push(engine);
    else leftOut.push({ id, because: missing.join('; ') });
  }
  const failover = env.RECTO_OCR_FAILOVER === 'ordered' ? 'ordered' : 'none';
  return { ocr: { engines: engines.length === 0 ? [ownEngine()] : engines, failover, leftOut }, problems };
}

const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const ownEngine = (): OcrEngineConfig => ({
  id: OWN,
  kind: 'recto',
  url: null,
  model: null,
  auth: { kind: 'none' },
  price: null,
  timeoutMs: null,
  required: true,
});

/** Settings of engines that are not named: a misspelt name would else be found out when a page needs it. */
function strangers(env: Env, ids: readonly string[]): string[] {
  const known = new Set(ids.flatMap((id) => SUFFIXES.map((suffix) => variable(id, suffix))));
  return Object.keys(env)
    .filter(
      (name) => /^RECTO_OCR_.+_(?:URL|TOKEN|TOKEN_FILE|MODEL|AUTH|KIND|PRICE|SECONDS)$/.test(name) && !known.has(name),
    )
    .sort()
    .map((name) => `${name}: belongs to no engine of RECTO_OCR_ENGINES`);
}

interface ParsedEngine {
  engine: OcrEngineConfig | null;
  /** Never right, wherever it runs. */
  wrong: string[];
  missing: string[];
  /** Good enough for trying things out. */
  notInProduction: string[];
}

function parseEngine(env: Env, id: string, required: boolean): ParsedEngine {
  const wrong: string[] = [];
  const missing: string[] = [];
  const notInProduction: string[] = [];
  const name = (suffix: Suffix): string => variable(id, suffix);
  const get = (suffix: Suffix): string | null => env[name(suffix)]?.trim() || null;

  const kind = get('KIND') ?? KINDS[id] ?? 'openai-chat';
  if (!isKind(kind)) wrong.push(`${name('KIND')}: must be one of ${ALL_KINDS.join(', ')}`);
  const model = get('MODEL');
  if (kind === 'openai-chat' && model === null && !(id in KINDS)) missing.push(`${name('MODEL')}: is missing`);

  const given = get('URL') ?? (id === OWN ? env.RECTO_OCR_URL?.trim() || null : null);
  const here = kind === 'recto' && given === 'local';
  const url = here || given === null ? null : parseUrl(given);
  if (given === null && id === OWN)
    notInProduction.push(`${name('URL')}: is missing; \`local\` starts the service on this machine`);
  else if (given === null) missing.push(`${name('URL')}: is missing`);
  else if (!here && url === null) wrong.push(`${name('URL')}: must be a URL of http or https`);

  const { auth, problem } = parseAuth(get, kind);
  if (problem !== null) wrong.push(`${name(problem.suffix)}: ${problem.why}`);
  if (url !== null) {
    if (auth === null)
      notInProduction.push(`${name('TOKEN')}: is missing, as are ${name('TOKEN_FILE')} and ${name('AUTH')}`);
    if (LOCAL.test(url.hostname)) notInProduction.push(`${name('URL')}: ${url.hostname} is a host of tests`);
    else if (url.protocol === 'http:' && !INTERNAL.test(url.hostname))
      notInProduction.push(
        `${name('URL')}: pages and tokens go over https, unless the host is of the internal network`,
      );
  }
  if (auth?.kind === 'token' && (auth.value.length < 16 || TEST_TOKEN.test(auth.value)))
    notInProduction.push(`${name('TOKEN')}: looks like a token of tests`);

  const price = parsePrice(get('PRICE'));
  if (price === undefined) wrong.push(`${name('PRICE')}: must be dollars, as 1.50 or, in and out, 0.10/0.40`);
  const seconds = get('SECONDS') === null ? null : Number(get('SECONDS'));
  if (seconds !== null && !(seconds >= 1 && seconds <= 500)) wrong.push(`${name('SECONDS')}: must be 1 to 500`);

  const engine: OcrEngineConfig | null =
    !isKind(kind) || wrong.length > 0
      ? null
      : {
          ...{ id, kind, model, required },
          url: url?.href ?? null,
          auth: auth ?? { kind: 'none' },
          price: price ?? null,
          timeoutMs: seconds === null ? null : seconds * 1000,
        };
  return { engine, wrong, missing, notInProduction };
}

const isKind = (kind: string): kind is OcrEngineKind => ALL_KINDS.includes(kind);

function parseUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
}

/** `auth` null: nothing was said, and something has to be. */
function parseAuth(
  get: (suffix: Suffix) => string | null,
  kind: string,
): { auth: OcrEngineAuth | null; problem: { suffix: Suffix; why: string } | null } {
  const token = get('TOKEN');
  const file = get('TOKEN_FILE');
  const said = get('AUTH');
  const way = AUTHS.find((known) => known === said);
  if (said !== null && way === undefined)
    return { auth: null, problem: { suffix: 'AUTH', why: `must be one of ${AUTHS.join(', ')}` } };
  if ([token, file, said].filter((one) => one !== null).length > 1)
    return { auth: null, problem: { suffix: 'TOKEN', why: 'give one of _TOKEN, _TOKEN_FILE and _AUTH' } };
  if (token !== null) return { auth: { kind: 'token', value: token }, problem: null };
  if (file !== null) return { auth: { kind: 'file', path: file }, problem: null };
  if (way !== undefined) return { auth: { kind: way }, problem: null };
  return { auth: kind === 'document-ai' ? { kind: 'google' } : null, problem: null };
}

/** Undefined when it is none. */
function parsePrice(text: string | null): { input: number; output: number } | null | undefined {
  if (text === null) return null;
  const match = /^(\d{1,6}(?:\.\d{1,6})?)(?:\/(\d{1,6}(?:\.\d{1,6})?))?$/.exec(text);
  return match === null ? undefined : { input: Number(match[1]), output: Number(match[2] ?? match[1]) };
}
