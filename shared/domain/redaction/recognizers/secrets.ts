import type { Entity } from '../entity.ts';
import { byPattern, type Recognizer } from '../recognizer.ts';

/** Keys whose issuers gave them a shape of their own. */
const ISSUED = [
  '(?:AKIA|ASIA|AIDA|AROA)[0-9A-Z]{16}',
  'gh[pousr]_[A-Za-z0-9]{36,251}',
  'github_pat_[A-Za-z0-9_]{50,251}',
  'glpat-[A-Za-z0-9_-]{20,64}',
  'xox[abeprs]-[A-Za-z0-9-]{10,250}',
  '(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{16,247}',
  'sk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,250}',
  'AIza[0-9A-Za-z_-]{35}',
  'ya29\\.[0-9A-Za-z_-]{20,250}',
  'npm_[A-Za-z0-9]{36}',
  'SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}',
  'whsec_[A-Za-z0-9+/=]{24,100}',
  'dop_v1_[a-f0-9]{64}',
  'hf_[A-Za-z0-9]{30,50}',
  'pypi-[A-Za-z0-9_-]{50,250}',
  'SK[0-9a-f]{32}',
].join('|');

export const apiKey = byPattern({
  name: 'api-key',
  type: 'API_KEY',
  pattern: new RegExp(`(?<![A-Za-z0-9_-])(?:${ISSUED})(?![A-Za-z0-9_-])`, 'g'),
  score: 0.95,
  proof: "issuer's format",
});

export const jwt = byPattern({
  name: 'jwt',
  type: 'JWT',
  pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,4096}\.eyJ[A-Za-z0-9_-]{8,8192}\.[A-Za-z0-9_-]{0,2048}/g,
  score: 0.98,
});

/** What follows `password:` and the like. */
export const labelledSecret = byPattern({
  name: 'labelled-secret',
  type: 'SECRET',
  languages: ['en', 'de', 'fr', 'es'],
  pattern:
    /(?<![\p{L}\p{N}])(?:password|passwd|passwort|pwd|passphrase|contraseña|mot de passe|secret|client[_-]secret|api[_ -]?key|access[_ -]?key|secret[_ -]?key|auth[_ -]?token|bearer|pin)["']?(?:[ \t]{0,3}[:=]|[ \t]{1,3}is)[ \t]{0,3}["']?(?<value>[^\s"'<>,;]{4,256})/giu,
  valid: (value) => /[\d\W_]/.test(value) || value.length >= 8,
  score: 0.7,
  proof: 'label',
});

export const bearerToken = byPattern({
  name: 'bearer-token',
  type: 'SECRET',
  pattern: /\bBearer[ \t]{1,3}(?<value>[A-Za-z0-9._~+/-]{16,4096}={0,2})/g,
  score: 0.85,
  proof: 'label',
});

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const BODY = /[\sA-Za-z0-9+/=:,-]*/y;

/** PEM and PGP private keys, also where the end was cut off. */
export const privateKey: Recognizer = {
  name: 'private-key',
  types: ['PRIVATE_KEY'],
  languages: [],
  find: ({ text }) => {
    const found: Entity[] = [];
    if (!text.includes('PRIVATE KEY')) return found;
    const ends = Array.from(text.matchAll(END), (match) => match.index + match[0].length);
    let done = 0;
    let nextEnd = 0;
    for (const match of text.matchAll(BEGIN)) {
      if (match.index < done) continue;
      while (nextEnd < ends.length && (ends[nextEnd] ?? 0) < match.index) nextEnd++;
      const closed = ends[nextEnd];
      BODY.lastIndex = match.index + match[0].length;
      const end = closed ?? BODY.lastIndex + (BODY.exec(text)?.[0].length ?? 0);
      found.push({
        type: 'PRIVATE_KEY',
        start: match.index,
        end,
        score: 1,
        recognizer: 'private-key',
        why: 'PEM header',
      });
      done = end;
    }
    return found;
  },
};
