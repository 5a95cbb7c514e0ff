import { parseArgs } from 'node:util';

const FLAGS = {
  project: { type: 'string' },
  env: { type: 'string', default: 'dev' },
  domain: { type: 'string' },
  'alert-email': { type: 'string' },
  'billing-account': { type: 'string' },
  repository: { type: 'string' },
  'release-only': { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  'allow-prod': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const DEPLOY_USAGE = `npm run deploy -- --project ID [--env dev|staging|prod] [options]

  --domain HOST             host name of the API; staging and prod need one
  --alert-email ADDRESS     who is told by alerts
  --billing-account ID      sets the month's budget on it
  --repository OWNER/NAME   lets the main branch of that GitHub repository roll out releases
  --release-only            only what changes with the code: images, services, functions
  --dry-run                 prints the commands and runs none
  --yes                     applies the plan without asking
`;
export const DESTROY_USAGE = `npm run destroy -- --project ID [--env dev|staging|prod] [options]

  --domain, --repository, … as given to deploy
  --allow-prod              needed for prod
  --dry-run                 prints the commands and runs none
`;

export function parseOptions(argv: readonly string[]) {
  const { values } = parseArgs({ args: [...argv], options: FLAGS });
  return {
    /** For `parseDeployment`, but for the release. */
    deployment: {
      project: values.project,
      env: values.env,
      domain: values.domain,
      alertEmail: values['alert-email'],
      billingAccount: values['billing-account'],
      repository: values.repository,
    },
    releaseOnly: values['release-only'],
    dryRun: values['dry-run'],
    yes: values.yes,
    allowProd: values['allow-prod'],
    help: values.help,
  };
}
export type Options = ReturnType<typeof parseOptions>;
