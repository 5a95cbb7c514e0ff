import type { Rule } from './rule.ts';
import { at, label, nameOf, ofType, type Resource, text, type World } from './world.ts';

const runtimes = (world: World): Resource[] =>
  ofType(world, 'google_cloudfunctions2_function', 'google_cloud_run_v2_service');
const isFunction = ({ type }: Resource): boolean => type === 'google_cloudfunctions2_function';
const accountOf = (resource: Resource): string =>
  text(resource, isFunction(resource) ? 'service_config.service_account_email' : 'template.service_account');
const gibibytes = (memory: string): number => Number(/^(\d+)Gi$/.exec(memory)?.[1] ?? 0);

/** Names that Google refuses are refused here first. */
const NAMES: Readonly<Record<string, RegExp>> = {
  google_service_account: /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
  google_storage_bucket: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  google_pubsub_topic: /^(?!goog)[A-Za-z][\w.~+%-]{2,254}$/,
  google_pubsub_subscription: /^(?!goog)[A-Za-z][\w.~+%-]{2,254}$/,
  google_pubsub_schema: /^(?!goog)[A-Za-z][\w.~+%-]{2,254}$/,
  google_cloudfunctions2_function: /^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$/,
  google_cloud_run_v2_service: /^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$/,
  google_cloud_scheduler_job: /^[\w-]{1,500}$/,
  google_secret_manager_secret: /^[\w-]{1,255}$/,
  google_kms_key_ring: /^[\w-]{1,63}$/,
  google_kms_crypto_key: /^[\w-]{1,63}$/,
  google_artifact_registry_repository: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
  google_firestore_database: /^[a-z][a-z0-9-]{2,61}[a-z0-9]$/,
  google_compute_network: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
  google_compute_managed_ssl_certificate: /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
  google_logging_metric: /^[\w.,+\-!*'()%/]{1,100}$/,
};

export const runtimeRules: readonly Rule[] = [
  {
    name: 'an-account-each',
    because: 'an account shared by two may do what either needs; the default account may do nearly everything',
    violations: (world) => {
      const users = new Map<string, Resource[]>();
      for (const resource of runtimes(world))
        users.set(accountOf(resource), [...(users.get(accountOf(resource)) ?? []), resource]);
      return [...users].flatMap(([account, using]) => {
        if (account === '') return using.map((resource) => `${label(resource)} runs as the default account`);
        // The two OCR services are one service on two kinds of machine, and may do nothing at all.
        const kinds = new Set(using.map((resource) => nameOf(resource).replace(/^ocr-.*/, 'ocr')));
        return kinds.size > 1 ? [`${using.map(label).join(' and ')} share the account ${account}`] : [];
      });
    },
  },
  {
    name: 'bounded',
    because: 'what has no bound costs without one',
    violations: (world) =>
      runtimes(world).flatMap((resource) => {
        const most = isFunction(resource) ? 'service_config.max_instance_count' : 'template.scaling.max_instance_count';
        const time = isFunction(resource) ? 'service_config.timeout_seconds' : 'template.timeout';
        return [
          ...(text(resource, most) === '' ? [`${label(resource)} has no most instances`] : []),
          ...(text(resource, time) === '' ? [`${label(resource)} has no timeout`] : []),
        ];
      }),
  },
  {
    name: 'functions-are-inside',
    because: 'only the API is called from outside, and past the load balancer only where there is none',
    violations: (world) =>
      ofType(world, 'google_cloudfunctions2_function').flatMap((resource) => {
        const ingress = text(resource, 'service_config.ingress_settings');
        const balanced = ofType(world, 'google_compute_security_policy').length > 0;
        const right =
          nameOf(resource) !== 'api' ? 'ALLOW_INTERNAL_ONLY' : balanced ? 'ALLOW_INTERNAL_AND_GCLB' : 'ALLOW_ALL';
        return ingress === right ? [] : [`${label(resource)} has the ingress ${ingress}, not ${right}`];
      }),
  },
  {
    name: 'parsers-are-cut-off',
    because: 'what parses bytes we do not trust must have nobody to tell',
    violations: (world) => {
      const denied = ofType(world, 'google_compute_firewall').some(
        (rule) =>
          text(rule, 'direction') === 'EGRESS' &&
          text(rule, 'deny.0.protocol') === 'all' &&
          text(rule, 'destination_ranges.0') === '0.0.0.0/0',
      );
      return [
        ...(denied ? [] : ['network: nothing denies traffic to the outside']),
        ...ofType(world, 'google_cloud_run_v2_service').flatMap((service) => [
          ...(text(service, 'template.vpc_access.egress') === 'ALL_TRAFFIC' &&
          at(service, 'template.vpc_access.network_interfaces.0') !== undefined
            ? []
            : [`${label(service)} has a way out past our network`]),
          ...world.resources
            .filter(({ type, stack }) => type.endsWith('_iam_member') && stack !== 'ci')
            .filter((grant) => text(grant, 'member') === `serviceAccount:${accountOf(service)}`)
            .map((grant) => `${label(service)} has a grant: ${text(grant, 'role')}`),
        ]),
      ];
    },
  },
  {
    name: 'gpus-are-as-cloud-run-wants-them',
    because: 'Cloud Run refuses an L4 with less, or bills for more than one zone',
    violations: (world) =>
      ofType(world, 'google_cloud_run_v2_service')
        .filter(
          (service) => text(service, 'template.node_selector.accelerator') !== '' || nameOf(service) === 'ocr-gpu',
        )
        .flatMap((service) => {
          const limits = 'template.containers.0.resources.limits';
          // The name of this limit has a dot in it.
          const gpus = JSON.stringify(at(service, limits) ?? {}).includes('"nvidia.com/gpu":"1"');
          return [
            ...(text(service, 'template.node_selector.accelerator') === 'nvidia-l4'
              ? []
              : ['has no node selector nvidia-l4']),
            ...(gpus ? [] : ['does not ask for 1 GPU']),
            ...(Number(text(service, `${limits}.cpu`)) >= 4 ? [] : ['has fewer than 4 CPUs']),
            ...(gibibytes(text(service, `${limits}.memory`)) >= 16 ? [] : ['has less than 16Gi']),
            ...(at(service, 'template.containers.0.resources.cpu_idle') === false ? [] : ['throttles its CPU']),
            ...(at(service, 'template.gpu_zonal_redundancy_disabled') === true ? [] : ['asks for zonal redundancy']),
          ].map((line) => `${label(service)} ${line}`);
        }),
  },
  {
    name: 'converter-takes-one-at-a-time',
    because: 'a document that swells or hangs would take its neighbours along',
    violations: (world) =>
      ofType(world, 'google_cloud_run_v2_service')
        .filter((service) => nameOf(service) === 'converter')
        .filter((service) => text(service, 'template.max_instance_request_concurrency') !== '1')
        .map((service) => `${label(service)} takes several documents at once`),
  },
  {
    name: 'names-fit',
    because: 'a name that Google refuses fails in the middle of an apply',
    violations: (world) =>
      Object.entries(NAMES).flatMap(([type, pattern]) =>
        ofType(world, type)
          .filter((resource) => !pattern.test(nameOf(resource)))
          .map((resource) => `${label(resource)} does not match ${pattern}`),
      ),
  },
  {
    name: 'burn-rates-over-two-windows',
    because: 'a long window alone rings for hours after the end, a short one alone for every hiccup',
    violations: (world) =>
      ofType(world, 'google_monitoring_alert_policy').flatMap((alert) => {
        const windows = [0, 1, 2].map((index) => text(alert, `conditions.${index}.condition_threshold.filter`));
        const burning = windows.filter((filter) => filter.includes('select_slo_burn_rate'));
        if (burning.length === 0) return [];
        const events = windows.filter((filter) => filter !== '').length - burning.length;
        return [
          ...(new Set(burning).size === 2 && text(alert, 'combiner') === 'AND'
            ? []
            : [`${label(alert)} does not compare two windows`]),
          ...(events === 1 ? [] : [`${label(alert)} does not ask for a least number of events`]),
        ];
      }),
  },
  {
    name: 'alerts-say-what-to-do',
    because: 'whoever is woken up needs the next step, not a graph',
    violations: (world) =>
      ofType(world, 'google_monitoring_alert_policy').flatMap((alert) => {
        const anchor = /docs\/operations\.md#([\w-]+)/.exec(text(alert, 'documentation.content'))?.[1];
        if (anchor === undefined) return [`${label(alert)} "${text(alert, 'display_name')}" names no runbook`];
        return world.runbooks.has(anchor)
          ? []
          : [
              `${label(alert)} "${text(alert, 'display_name')}" names the runbook "${anchor}", which docs/operations.md has not`,
            ];
      }),
  },
];
