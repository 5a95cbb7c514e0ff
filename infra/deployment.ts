import { z } from 'zod';
import { type Environment, environments } from './environments.ts';

/** A zip file that a function is made from. */
export interface FunctionSource {
  /** Absolute. */
  file: string;
  /** Lower-case hex; part of the object's name, so that a changed source is a new object and a new revision. */
  sha256: string;
}

export const deploymentSchema = z
  .object({
    env: z.enum(['dev', 'staging', 'prod']),
    project: z
      .string('the id of a Google Cloud project is needed')
      .regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'a project id is 6 to 30 small letters, digits and hyphens'),
    /** Host name of the API. Its DNS record must point at the load balancer's address. */
    domain: z.hostname().nullable().default(null),
    alertEmail: z.email().nullable().default(null),
    /** `XXXXXX-XXXXXX-XXXXXX`; without it no budget is set. */
    billingAccount: z
      .string()
      .regex(/^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/)
      .nullable()
      .default(null),
    /** `owner/name` on GitHub whose main branch may deploy; without it there is no identity for CI. */
    repository: z
      .string()
      .regex(/^[\w.-]+\/[\w.-]+$/)
      .nullable()
      .default(null),
    /** Of the images: the commit they are built from. */
    release: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  })
  .refine(({ env, domain }) => domain !== null || !environments[env].needsDomain, {
    path: ['domain'],
    message: 'this environment stands behind a load balancer with a certificate: it takes a domain',
  });

/** One environment in one project: what every stack is made from. */
export interface Deployment extends z.infer<typeof deploymentSchema> {
  environment: Environment;
  /** By function. */
  sources: Readonly<Record<string, FunctionSource>>;
}
export type DeploymentInput = z.input<typeof deploymentSchema>;

/** The error names each wrong parameter and what it may be. */
export function parseDeployment(
  input: Readonly<Record<string, unknown>>,
  sources: Deployment['sources'] = {},
): Deployment {
  const parsed = deploymentSchema.safeParse(input);
  if (!parsed.success)
    throw new Error(
      `This cannot be deployed:\n${parsed.error.issues.map((issue) => `  --${issue.path.join('.')}: ${issue.message}`).join('\n')}`,
    );
  return { ...parsed.data, environment: environments[parsed.data.env], sources };
}
