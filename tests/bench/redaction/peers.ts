import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

export interface Found {
  type: string;
  start: number;
  end: number;
}
export interface Finder {
  name: string;
  find: (text: string) => Promise<Found[]> | Found[];
}

const PACKAGES = ['redact-pii', '@redactpii/node', '@openredaction/core'];
/** By the placeholders that they write: the scorer's names of types. */
const TYPES: Readonly<Record<string, string>> = {
  PERSON_NAME: 'PERSON',
  NAME: 'PERSON',
  CREDIT_CARD_NUMBER: 'CREDIT_CARD',
  US_SOCIAL_SECURITY_NUMBER: 'US_SSN',
  STREET_ADDRESS: 'LOC',
  ADDRESS: 'LOC',
  ZIPCODE: 'LOC',
  EMAIL: 'EMAIL_ADDRESS',
  PHONE: 'PHONE_NUMBER',
  SSN: 'US_SSN',
  URL: 'DOMAIN_NAME',
  IPV4: 'IP_ADDRESS',
  IPV6: 'IP_ADDRESS',
  IBAN: 'IBAN_CODE',
};
const typeOf = (name: string): string => TYPES[name] ?? TYPES[name.replace(/_(?:UK|US).*/, '')] ?? name;

/** Where placeholders stand in the output, what they replaced in the input: the text between them is the same in both. */
function aligned(input: string, output: string): Found[] {
  const found: Found[] = [];
  let at = 0;
  let open: string | null = null;
  let written = 0;
  for (const match of [...output.matchAll(/[A-Z][A-Z_]{3,}[A-Z]/g), null]) {
    if (match !== null && (input.includes(match[0]) || (TYPES[match[0]] ?? '') + match[0] === '')) continue;
    const between = output.slice(written, match === null ? output.length : match.index);
    const next = between === '' && match === null ? input.length : input.indexOf(between, at);
    if (next < 0) return found;
    if (open !== null) found.push({ type: typeOf(open), start: at, end: next });
    at = next + between.length;
    if (match === null) break;
    open = match[0];
    written = match.index + match[0].length;
  }
  return found;
}

const redactor = z.custom<new () => { redact(text: string): string }>((value) => typeof value === 'function');
const openRedaction = z.custom<new () => { detect(text: string): Promise<unknown> }>(
  (value) => typeof value === 'function',
);
const detections = z.object({
  detections: z.array(z.object({ type: z.string(), position: z.tuple([z.number(), z.number()]) })),
});

/** The npm peers, installed into the folder without their scripts; null where they cannot be had. */
export async function peers(folder: string): Promise<Finder[] | null> {
  writeFileSync(path.join(folder, 'package.json'), '{"private":true,"type":"module"}');
  const installed = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...PACKAGES], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 180_000,
  });
  if (installed.status !== 0) return null;
  const entry = path.join(folder, 'peers.mjs');
  writeFileSync(
    entry,
    "export { SyncRedactor } from 'redact-pii';\nexport { Redactor } from '@redactpii/node';\nexport { OpenRedaction } from '@openredaction/core';\n",
  );
  const loaded: Record<string, unknown> = await import(pathToFileURL(entry).href);
  const SyncRedactor = redactor.parse(loaded.SyncRedactor);
  const Redactor = redactor.parse(loaded.Redactor);
  const OpenRedaction = openRedaction.parse(loaded.OpenRedaction);
  const first = new SyncRedactor();
  const second = new Redactor();
  const third = new OpenRedaction();
  return [
    { name: 'redact-pii', find: (text) => aligned(text, first.redact(text)) },
    { name: '@redactpii/node', find: (text) => aligned(text, second.redact(text)) },
    {
      name: '@openredaction/core',
      find: async (text) =>
        detections
          .parse(await third.detect(text))
          .detections.map(({ type, position: [start, end] }) => ({ type: typeOf(type), start, end })),
    },
  ];
}
