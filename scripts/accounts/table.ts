import { parseDeployment } from '../../infra/deployment.ts';
import { label, named, nameOf, ofType, type Resource, text, type World } from '../../infra/policies/world.ts';
import { synthesize } from '../../infra/synthesize.ts';

const PROJECT = 'my-project';

/** What a grant is on, in words. */
function target(world: World, grant: Resource): string {
  const kind = grant.type.replace(/^google_/, '').replace(/_iam_member$/, '');
  const key: Readonly<Record<string, string>> = {
    storage_bucket: 'bucket',
    pubsub_topic: 'topic',
    pubsub_subscription: 'subscription',
    kms_crypto_key: 'crypto_key_id',
    secret_manager_secret: 'secret_id',
    cloud_run_v2_service: 'name',
    artifact_registry_repository: 'repository',
    service_account: 'service_account_id',
  };
  if (kind === 'project') return text(grant, 'condition.title').replaceAll('-', ' ') || 'the project';
  const field = key[kind];
  if (field === undefined) throw new Error(`The table has no words for ${label(grant)}.`);
  return named(world, grant, field).replace(`${PROJECT}-`, '').replace(`@${PROJECT}.iam.gserviceaccount.com`, '');
}

/** Accounts of a production environment, what each is for, and every grant it has. */
export function accountsTable(outdir: string): string {
  const deployment = parseDeployment({
    env: 'prod',
    project: PROJECT,
    domain: 'recto.example.com',
    repository: 'example/recto',
    release: 'release',
  });
  const world = synthesize(deployment, outdir);
  const grants = world.resources.filter(({ type }) => type.endsWith('_iam_member'));
  const ofAccount = (account: string): string => {
    const own = grants.filter((grant) => {
      const member = text(grant, 'member');
      return (
        member === `serviceAccount:${account}@${PROJECT}.iam.gserviceaccount.com` ||
        member === `\${google_service_account.${account}.member}`
      );
    });
    const byRole = new Map<string, Set<string>>();
    for (const grant of own) {
      const role = text(grant, 'role').split('/').at(-1) ?? '';
      byRole.set(role, (byRole.get(role) ?? new Set()).add(target(world, grant)));
    }
    const lines = [...byRole]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([role, targets]) => `\`${role}\` on ${[...targets].join(', ')}`);
    return lines.length === 0 ? 'nothing' : lines.join('; ');
  };
  return [
    '| account | what it is for | may |',
    '|---|---|---|',
    ...ofType(world, 'google_service_account').map(
      (account) => `| \`${nameOf(account)}\` | ${text(account, 'description')} | ${ofAccount(nameOf(account))} |`,
    ),
  ].join('\n');
}
