import { z } from 'zod';
import { type GcpConfig, parseGcpConfig } from '#shared/config-gcp.ts';

export interface FunctionSettings {
  config: GcpConfig;
  caller: CallerRule;
  /** Id of the secret that the first tenant's key is added to; null where none is made. */
  firstKeySecret: string | null;
}

/** Who may call: the account that the identity token must name, and what it must be made for. Null: nobody has to say. */
export type CallerRule = {
  serviceAccount: string;
  audience: string;
  keysUrl: string;
  issuers: readonly string[];
} | null;

const GOOGLE_KEYS = 'https://www.googleapis.com/oauth2/v3/certs';
const GOOGLE_ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];

const schema = z.object({
  RECTO_PLATFORM: z.literal('gcp'),
  RECTO_FIRST_KEY_SECRET: z.string().optional(),
  /** `local` only: where the keys of the tokens' issuer are. */
  RECTO_JWKS_URL: z.url().optional(),
  /** `local` only: the Pub/Sub emulator shows no token. */
  RECTO_EMULATED_PUSH: z.literal('1').optional(),
});

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads a function's environment, once. `open`: everybody may call it. Throws with every variable that is missing or wrong:
 * outside of `local` no function that only the platform may call starts without knowing by whom.
 */
export function parseFunctionSettings(env: Env, { open }: { open: boolean }): FunctionSettings {
  const problems: string[] = [];
  let config: GcpConfig | null = null;
  try {
    config = parseGcpConfig(env);
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown;
    problems.push(...thrown.message.split('\n').slice(1, -1));
  }
  const parsed = schema.safeParse(env);
  for (const issue of parsed.error?.issues ?? []) problems.push(`  ${issue.path.join('.')}: ${issue.message}`);
  const local = env.RECTO_ENVIRONMENT === 'local';
  if (!local)
    for (const name of ['RECTO_JWKS_URL', 'RECTO_EMULATED_PUSH'])
      if ((env[name] ?? '') !== '') problems.push(`  ${name}: is for tests; outside of "local" it must not be set`);
  const emulated = local && env.RECTO_EMULATED_PUSH === '1';
  if (!open && !emulated)
    for (const name of ['RECTO_CALLER', 'RECTO_AUDIENCE'])
      if ((env[name] ?? '') === '') problems.push(`  ${name}: is missing; the function would not know who may call it`);
  if (config === null || !parsed.success || problems.length > 0)
    throw new Error(
      `The configuration is not valid:\n${[...new Set(problems)].join('\n')}\nSee docs/functions.md and docs/gcp.md for every variable.`,
    );
  const { RECTO_JWKS_URL: keysUrl, RECTO_FIRST_KEY_SECRET: secret } = parsed.data;
  return {
    config,
    caller:
      open || config.caller === null
        ? null
        : { ...config.caller, keysUrl: keysUrl ?? GOOGLE_KEYS, issuers: GOOGLE_ISSUERS },
    firstKeySecret: secret?.split('/').at(-1) ?? null,
  };
}
