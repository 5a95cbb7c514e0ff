import { STACKS } from '../build-app.ts';
import { stateBucketOf } from '../stacks/recto-stack.ts';
import type { Rule } from './rule.ts';
import { label, nameOf, ofType, type Resource, type World } from './world.ts';

const order = Object.keys(STACKS);

interface Kind {
  what: string;
  makers: readonly string[];
  /** Names of that kind that a resource uses. */
  named(resource: Resource, world: World): string[];
}

const all = (pattern: RegExp, resource: Resource): string[] =>
  [...JSON.stringify(resource.values).matchAll(pattern)].map(([, name = '']) => name);

const KINDS: readonly Kind[] = [
  {
    what: 'account',
    makers: ['google_service_account'],
    named: (resource, { project }) =>
      all(new RegExp(`([\\w-]+)@${project}\\.iam\\.gserviceaccount\\.com`, 'g'), resource),
  },
  {
    what: 'key',
    makers: ['google_kms_crypto_key'],
    named: (resource) => all(/\/cryptoKeys\/([\w-]+)/g, resource),
  },
  {
    what: 'bucket',
    makers: ['google_storage_bucket'],
    named: (resource, { project }) =>
      all(new RegExp(`"bucket":"(${project}-[a-z-]+)"`, 'g'), resource).filter(
        (name) => name !== stateBucketOf(project),
      ),
  },
  {
    what: 'service',
    makers: ['google_cloudfunctions2_function', 'google_cloud_run_v2_service'],
    named: (resource) =>
      resource.type === 'google_cloud_run_v2_service_iam_member' ? all(/"name":"([a-z][a-z0-9-]*)"/g, resource) : [],
  },
];

/** Stacks name what others make without a reference that Terraform would follow: order and existence are checked here. */
export const orderRules: readonly Rule[] = [
  {
    name: 'made-before-it-is-named',
    because: 'a first deployment applies stacks one after another, and fails at what is not there yet',
    violations: (world) =>
      KINDS.flatMap(({ what, makers, named }) => {
        const madeIn = new Map(ofType(world, ...makers).map((maker) => [nameOf(maker), maker.stack]));
        return world.resources.flatMap((resource) =>
          [...new Set(named(resource, world))].flatMap((name) => {
            const maker = madeIn.get(name);
            if (maker === undefined) return [`${label(resource)} names the ${what} "${name}", which no stack makes`];
            return order.indexOf(maker) <= order.indexOf(resource.stack)
              ? []
              : [`${label(resource)} names the ${what} "${name}", which the stack "${maker}" makes after it`];
          }),
        );
      }),
  },
];
