// The arrow of docs/architecture.md: functions, cli, console -> usecases, engine -> domain, ports <- adapters.
const only = (name, from, allowed, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { path: '^(shared|functions|gpu-service|infra|console|cli|tests|scripts)/', pathNot: allowed },
});
export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: { pathNot: 'node_modules' }, to: { circular: true } },
    only('domain-is-pure', '^shared/domain/', '^shared/domain/', 'domain imports nothing but domain'),
    {
      name: 'domain-no-io',
      severity: 'error',
      from: { path: '^shared/domain/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer)$' },
    },
    only('ports-know-domain-only', '^shared/ports/', '^shared/(ports|domain)/', 'a port speaks in domain words'),
    only(
      'engine',
      '^shared/engine/',
      '^shared/((engine|ports|domain)/|manifest\\.ts$)',
      'the engine knows no adapter and no step; names of topics are data',
    ),
    only('steps', '^shared/steps/', '^shared/(steps|engine|ports|domain)/', 'a step reaches the world through ports'),
    only(
      'usecases',
      '^shared/usecases/',
      '^shared/(usecases|engine|steps|ports|domain)/',
      'use cases know no transport, no adapter',
    ),
    only('adapters', '^shared/adapters/', '^shared/(adapters|ports|domain)/', 'an adapter implements ports'),
    {
      name: 'only-platform-imports-adapters',
      severity: 'error',
      from: { path: '^(shared|functions|cli|console)/', pathNot: '^shared/(adapters|platform)/|\\.test\\.ts$' },
      to: { path: '^shared/adapters/' },
    },
    only(
      'clients-use-the-http-api',
      '^(console|cli)/',
      '^(console|cli|shared/client)/',
      'console and CLI talk to the API only',
    ),
    only(
      'gpu-service-stands-alone',
      '^gpu-service/',
      '^(gpu-service|shared/domain)/',
      'gpu-service is its own deployable',
    ),
    {
      name: 'google-sdk-only-in-gcp-adapters',
      severity: 'error',
      from: { pathNot: '^shared/adapters/gcp/|^functions/main\\.ts$|node_modules' },
      to: { path: 'node_modules/@google-cloud/(?!functions-framework/)' },
    },
    only(
      'infra-reads-data',
      '^infra/',
      '^(infra/|shared/(domain|ports)/|shared/(manifest|firestore-indexes)\\.ts$)',
      'infra describes what the manifest names, and runs nothing of the product',
    ),
    {
      name: 'only-scripts-read-infra',
      severity: 'error',
      from: { pathNot: '^(infra|scripts|tests)/' },
      to: { path: '^infra/' },
    },
    {
      name: 'one-door-to-cdktf',
      severity: 'error',
      comment: 'the framework is named in infra/cdktf.ts alone, so that it can be exchanged',
      from: { path: '^infra/', pathNot: '^infra/(cdktf\\.ts$|node_modules/)' },
      to: { path: '^infra/node_modules/(cdktf|constructs)/' },
    },
    {
      name: 'provider-by-deep-path',
      severity: 'error',
      comment: 'the root of the provider loads every class there is: 3 s and 500 MB',
      from: { path: '^infra/', pathNot: 'node_modules' },
      to: { path: 'node_modules/@cdktf/provider-google/lib/(index|lazy-index)' },
    },
    {
      name: 'e2e-imports-no-source',
      severity: 'error',
      from: { path: '^tests/e2e/' },
      to: { path: '^(shared|functions|gpu-service)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.recto|dist|coverage)/' },
    // TypeScript 7 has no API that the default parser could use; swc reads the sources, type-only imports included.
    parser: 'swc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
