import { EDGE_INVOKER } from '../stacks/edge.ts';
import type { Rule } from './rule.ts';
import { at, label, named, nameOf, ofType, type Resource, text, type World } from './world.ts';

const PRIMITIVE = /^roles\/(owner|editor|viewer)$/;
const isGrant = ({ type }: Resource): boolean => type.endsWith('_iam_member');
const grants = (world: World): Resource[] => world.resources.filter(isGrant);

/** Roles that may be had on the whole project, and whether a condition must narrow them. */
const ON_THE_PROJECT: Readonly<Record<string, { narrowed: boolean; accounts?: RegExp }>> = {
  'roles/datastore.user': { narrowed: true },
  'roles/secretmanager.secretAccessor': { narrowed: true },
  'roles/storage.objectViewer': { narrowed: true, accounts: /function-builder@/ },
  rectoSecretEditor: { narrowed: true },
  rectoSecretCreator: { narrowed: false },
  'roles/logging.logWriter': { narrowed: false, accounts: /function-builder@/ },
  'roles/artifactregistry.writer': { narrowed: false, accounts: /ci-deployer/ },
  'roles/browser': { narrowed: false, accounts: /ci-deployer/ },
  'roles/cloudbuild.builds.editor': { narrowed: false, accounts: /ci-deployer/ },
  'roles/cloudfunctions.developer': { narrowed: false, accounts: /ci-deployer/ },
  'roles/run.developer': { narrowed: false, accounts: /ci-deployer/ },
  'roles/serviceusage.serviceUsageConsumer': { narrowed: false, accounts: /ci-deployer/ },
};

export const accessRules: readonly Rule[] = [
  {
    name: 'grants-add-one-member',
    because: 'a binding or policy takes away what it does not name, such as the grants of service agents',
    violations: (world) =>
      world.resources
        .filter(({ type }) => /_iam_(binding|policy)$/.test(type))
        .map((found) => `${label(found)} replaces grants`),
  },
  {
    name: 'no-primitive-roles',
    because: 'owner, editor and viewer reach everything there is',
    violations: (world) =>
      grants(world)
        .filter((grant) => PRIMITIVE.test(text(grant, 'role')))
        .map((grant) => `${label(grant)} grants ${text(grant, 'role')}`),
  },
  {
    name: 'closed-to-everyone',
    because: 'only the API answers strangers',
    violations: (world) =>
      grants(world)
        .filter((grant) => /^all(Authenticated)?Users$/.test(text(grant, 'member')))
        .filter(({ id, type }) => id !== EDGE_INVOKER || type !== 'google_cloud_run_v2_service_iam_member')
        .map((grant) => `${label(grant)} grants ${text(grant, 'role')} to ${text(grant, 'member')}`),
  },
  {
    name: 'narrow-roles-on-the-project',
    because: 'a role on the project reaches every resource in it',
    violations: (world) =>
      ofType(world, 'google_project_iam_member').flatMap((grant) => {
        const role = text(grant, 'role');
        const known = ON_THE_PROJECT[role] ?? ON_THE_PROJECT[role.split('/').at(-1) ?? ''];
        if (known === undefined) return [`${label(grant)} grants ${role}, which is not among the roles allowed there`];
        if (known.narrowed && at(grant, 'condition.expression') === undefined)
          return [`${label(grant)} grants ${role} without a condition`];
        if (known.accounts !== undefined && !known.accounts.test(text(grant, 'member')))
          return [`${label(grant)} grants ${role} to ${text(grant, 'member')}`];
        return [];
      }),
  },
  {
    name: 'secrets-exist',
    because: 'a function whose secret is missing, or closed to it, does not start',
    violations: (world) => {
      const secrets = new Set(ofType(world, 'google_secret_manager_secret').map(nameOf));
      const readers = ofType(world, 'google_secret_manager_secret_iam_member').filter(
        (grant) => text(grant, 'role') === 'roles/secretmanager.secretAccessor',
      );
      return ofType(world, 'google_cloudfunctions2_function').flatMap((definition) => {
        const listed = at(definition, 'service_config.secret_environment_variables');
        const count = Array.isArray(listed) ? listed.length : 0;
        return Array.from({ length: count }, (_, index) => {
          const secret = text(definition, `service_config.secret_environment_variables.${index}.secret`);
          if (!secrets.has(secret)) return `${label(definition)} reads the secret "${secret}", which no stack makes`;
          const account = text(definition, 'service_config.service_account_email');
          const mayRead = readers.some(
            (grant) =>
              named(world, grant, 'secret_id') === secret && text(grant, 'member') === `serviceAccount:${account}`,
          );
          return mayRead ? null : `${label(definition)} reads the secret "${secret}", which ${account} may not`;
        }).filter((line) => line !== null);
      });
    },
  },
  {
    name: 'ci-is-one-repository',
    because: 'without a condition any repository on GitHub may ask for our tokens',
    violations: (world) =>
      ofType(world, 'google_iam_workload_identity_pool_provider')
        .filter(
          (provider) =>
            !/assertion\.repository == ".+" && assertion\.ref == /.test(text(provider, 'attribute_condition')),
        )
        .map((provider) => `${label(provider)} has no condition on repository and branch`),
  },
];
