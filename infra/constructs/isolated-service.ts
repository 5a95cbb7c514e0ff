import { CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service/index.js';
import { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member/index.js';
import { Construct } from '../cdktf.ts';
import type { Deployment } from '../deployment.ts';
import { namesOf } from '../names.ts';
import { accountOf, functions, type ServiceName, services } from '../workloads.ts';

export interface IsolatedServiceParams {
  deployment: Deployment;
  /** Of the service in Cloud Run. */
  name: string;
  kind: ServiceName;
  image: string;
  scale: { min: number; max: number };
  concurrency: number;
  timeoutSeconds: number;
  cpu: string;
  memory: string;
  gpu?: 'nvidia-l4';
  settings?: Readonly<Record<string, string>>;
  /**
   * HTTP/2 without TLS inside: bodies of any size, streams both ways. Cloud Run's HTTP probes speak HTTP/1 only: `too` says
   * that the service speaks that as well, on the same port.
   */
  http2?: 'only' | 'too';
}

const START = { periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 48 };
const LIFE = { periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 4 };
const PORT = 8080;

/** How Cloud Run sees whether it has started and still lives. */
const probes = (http2: IsolatedServiceParams['http2']) =>
  http2 === 'only'
    ? {
        startupProbe: { tcpSocket: { port: PORT }, ...START },
        livenessProbe: { tcpSocket: { port: PORT }, ...LIFE },
      }
    : {
        startupProbe: { httpGet: { path: '/readyz', port: PORT }, ...START },
        livenessProbe: { httpGet: { path: '/healthz', port: PORT }, ...LIFE },
      };

/**
 * A container that parses what we do not trust: no grants, no way out to a network, callable by the functions that need it.
 * It is reachable from outside the project's network because functions cannot be given Direct VPC egress with this provider;
 * the platform refuses whoever has no token of those functions before the container sees a byte.
 */
export class IsolatedService extends Construct {
  constructor(scope: Construct, params: IsolatedServiceParams) {
    const { deployment, name, kind, gpu, scale } = params;
    super(scope, name);
    const { environment } = deployment;
    const names = namesOf(deployment);
    const service = new CloudRunV2Service(this, 'service', {
      name,
      location: environment.region,
      ingress: 'INGRESS_TRAFFIC_ALL',
      deletionProtection: environment.protectData,
      // Both levels are said: left out, the platform fills them in and every plan differs.
      scaling: { minInstanceCount: scale.min },
      template: {
        serviceAccount: names.serviceAccount(services[kind].account),
        executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
        encryptionKey: names.key('code'),
        maxInstanceRequestConcurrency: params.concurrency,
        timeout: `${params.timeoutSeconds}s`,
        scaling: { minInstanceCount: 0, maxInstanceCount: scale.max },
        vpcAccess: {
          egress: 'ALL_TRAFFIC',
          networkInterfaces: [{ network: names.network, subnetwork: names.subnet }],
        },
        ...(gpu === undefined ? {} : { nodeSelector: { accelerator: gpu }, gpuZonalRedundancyDisabled: true }),
        containers: [
          {
            image: params.image,
            ports: { containerPort: PORT, ...(params.http2 === undefined ? {} : { name: 'h2c' }) },
            resources: {
              limits: {
                cpu: params.cpu,
                memory: params.memory,
                ...(gpu === undefined ? {} : { 'nvidia.com/gpu': '1' }),
              },
              cpuIdle: gpu === undefined,
              startupCpuBoost: true,
            },
            env: Object.entries(params.settings ?? {}).map(([key, value]) => ({ name: key, value })),
            ...probes(params.http2),
          },
        ],
      },
    });
    for (const definition of functions.filter(({ grants }) => grants.invokes.includes(kind)))
      new CloudRunV2ServiceIamMember(this, `from-${definition.name}`, {
        name: service.name,
        location: environment.region,
        role: 'roles/run.invoker',
        member: names.member(accountOf(definition)),
      });
  }
}
