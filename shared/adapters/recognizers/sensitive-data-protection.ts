import { z } from 'zod';
import { RectoError } from '../../domain/errors.ts';
import type { Entity } from '../../domain/redaction/entity.ts';
import type { EntityRecognizer } from '../../ports/entity-recognizer.ts';

export interface SensitiveDataProtectionOptions {
  project: string;
  /** Where texts are looked at: `europe-west3`, `global`, … */
  location: string;
  /** An access token of the scope `cloud-platform`; rejects where there is none. */
  token: (signal: AbortSignal) => Promise<string>;
  /** Google's names of what to look for; default: those with an entry in `TYPES`. */
  infoTypes?: readonly string[];
  /** Origin of the API; tests give another. */
  base?: string;
  timeoutMs?: number;
}

/** Google's info types by the words of this product. One that is missing here is reported by Google's own name. */
const TYPES: Readonly<Record<string, string>> = {
  PERSON_NAME: 'PERSON',
  FIRST_NAME: 'PERSON',
  LAST_NAME: 'PERSON',
  ORGANIZATION_NAME: 'ORGANIZATION',
  LOCATION: 'LOCATION',
  STREET_ADDRESS: 'ADDRESS',
  DATE_OF_BIRTH: 'DATE_OF_BIRTH',
  DATE: 'DATE_TIME',
  AGE: 'AGE',
  ETHNIC_GROUP: 'NRP',
  EMAIL_ADDRESS: 'EMAIL_ADDRESS',
  PHONE_NUMBER: 'PHONE_NUMBER',
  CREDIT_CARD_NUMBER: 'CREDIT_CARD',
  IBAN_CODE: 'IBAN_CODE',
  IP_ADDRESS: 'IP_ADDRESS',
  MAC_ADDRESS: 'MAC_ADDRESS',
  PASSPORT: 'PASSPORT',
  US_SOCIAL_SECURITY_NUMBER: 'US_SSN',
  US_DRIVERS_LICENSE_NUMBER: 'US_DRIVER_LICENSE',
};
const SCORES: Readonly<Record<string, number>> = {
  VERY_UNLIKELY: 0.1,
  UNLIKELY: 0.3,
  POSSIBLE: 0.5,
  LIKELY: 0.75,
  VERY_LIKELY: 0.95,
};

/** Google's limit of one item is 0.5 MB; UTF-8 takes up to three bytes for a UTF-16 unit. */
const MAX_UNITS = 150_000;
const MAX_FINDINGS = 3000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

const answerSchema = z.object({
  result: z
    .object({
      findings: z
        .array(
          z.object({
            infoType: z.object({ name: z.string() }),
            likelihood: z.string().default('POSSIBLE'),
            location: z.object({
              codepointRange: z.object({ start: z.coerce.number().default(0), end: z.coerce.number() }),
            }),
          }),
        )
        .default([]),
      findingsTruncated: z.boolean().default(false),
    })
    .default({ findings: [], findingsTruncated: false }),
});

/** UTF-16 offsets of every code point, and the end. */
function offsetsOf(text: string): Int32Array {
  const offsets: number[] = [];
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) offsets.push(at);
  offsets.push(text.length);
  return Int32Array.from(offsets);
}

/** Google Sensitive Data Protection over REST, `content:inspect`, one text a request. Quotes are not asked for. */
export function createSensitiveDataProtection(options: SensitiveDataProtectionOptions): EntityRecognizer {
  const base = options.base ?? 'https://dlp.googleapis.com';
  const url = `${base}/v2/projects/${encodeURIComponent(options.project)}/locations/${encodeURIComponent(options.location)}/content:inspect`;
  const infoTypes = options.infoTypes ?? Object.keys(TYPES);
  const name = 'google-sensitive-data-protection';

  async function inspect(text: string, signal?: AbortSignal): Promise<Entity[]> {
    if (text.trim() === '') return [];
    if (text.length > MAX_UNITS)
      throw new RectoError('limit_exceeded', `A text of ${text.length} characters is more than ${name} takes at once.`);
    const timeout = AbortSignal.timeout(options.timeoutMs ?? 30_000);
    const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    const answer = await post(
      {
        inspectConfig: {
          infoTypes: infoTypes.map((type) => ({ name: type })),
          minLikelihood: 'POSSIBLE',
          includeQuote: false,
          limits: { maxFindingsPerRequest: MAX_FINDINGS },
        },
        item: { value: text },
      },
      stop,
      signal,
    );
    const { findings, findingsTruncated } = answer.result;
    if (findingsTruncated || findings.length >= MAX_FINDINGS)
      throw new RectoError(
        'limit_exceeded',
        `${name} found more than it tells at once; the text must come in smaller pieces.`,
      );
    const offsets = offsetsOf(text);
    return findings.flatMap(({ infoType, likelihood, location }): Entity[] => {
      const start = offsets[location.codepointRange.start];
      const end = offsets[location.codepointRange.end];
      if (start === undefined || end === undefined || end <= start)
        throw new RectoError('dependency_unavailable', `${name} named a place that is not in the text.`);
      return [
        {
          type: TYPES[infoType.name] ?? infoType.name,
          start,
          end,
          score: SCORES[likelihood] ?? 0.5,
          recognizer: name,
          why: `${infoType.name}, ${likelihood.toLowerCase().replace('_', ' ')}`,
        },
      ];
    });
  }

  async function post(body: unknown, stop: AbortSignal, asked?: AbortSignal): Promise<z.infer<typeof answerSchema>> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method: 'POST',
        redirect: 'error',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await options.token(stop)}` },
        body: JSON.stringify(body),
        signal: stop,
      });
      text = await response.text();
    } catch (cause) {
      asked?.throwIfAborted();
      throw new RectoError('dependency_unavailable', `${name} cannot be reached.`, { cause });
    }
    if (response.status === 429) throw new RectoError('overloaded', `${name} is at its limits.`, { retryAfter: 10 });
    if (response.status === 401 || response.status === 403 || response.status === 404)
      throw new RectoError(
        'recognizer_unavailable',
        `${name} refuses us (HTTP ${response.status}); check project, location and role.`,
      );
    if (!response.ok || text.length > MAX_ANSWER_BYTES)
      throw new RectoError('dependency_unavailable', `${name} failed (HTTP ${response.status}).`);
    try {
      return answerSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new RectoError('dependency_unavailable', `${name} gave an answer of another shape.`, { cause });
    }
  }

  return {
    name,
    types: [...new Set(infoTypes.map((type) => TYPES[type] ?? type))],
    languages: [],
    recognize: async ({ texts, signal }) => {
      const found: Entity[][] = [];
      for (const text of texts) found.push(await inspect(text, signal));
      return found;
    },
    ready: async (signal) => {
      await inspect('ready', signal);
    },
  };
}
