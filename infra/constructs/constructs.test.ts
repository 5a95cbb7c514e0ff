import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Construct, Testing } from '../cdktf.ts';
import { parseDeployment } from '../deployment.ts';
import { functions } from '../workloads.ts';
import { HttpFunction } from './http-function.ts';
import { IsolatedService } from './isolated-service.ts';
import { PrivateBucket } from './private-bucket.ts';
import { PushSubscription } from './push-subscription.ts';
import { Wait } from './wait.ts';

const json = z.object({ resource: z.record(z.string(), z.record(z.string(), z.unknown())) });
/** The one resource of that type that the construct makes. */
function made(type: string, build: (scope: Construct) => void): unknown {
  const found = Object.values(json.parse(JSON.parse(Testing.synthScope(build))).resource[type] ?? {});
  expect(found).toHaveLength(1);
  return found[0];
}
const dev = parseDeployment({ env: 'dev', project: 'my-project', release: 'abc' });
const prod = parseDeployment({ env: 'prod', project: 'my-project', release: 'abc', domain: 'a.example.com' });

test.each([
  [1, 5],
  [20, 20],
  [1000, 100],
])('a subscription of %d attempts gets the %d that Pub/Sub takes', (attempts, taken) => {
  const subscription = made('google_pubsub_subscription', (scope) => {
    const definition = {
      name: 'a-push',
      topic: 'a',
      path: '/_push/a',
      ackDeadlineSeconds: 60,
      maxDeliveryAttempts: attempts,
      minBackoffSeconds: 1,
      maxBackoffSeconds: 60,
      deadLetterTopic: 'b',
      concurrency: 1,
    };
    const url = 'https://f-1.us-central1.run.app';
    new PushSubscription(scope, { definition, deadLetterTopic: 'b', url, caller: 'c@x', agent: 'd' });
  });
  expect(subscription).toMatchObject({
    dead_letter_policy: { max_delivery_attempts: taken },
    expiration_policy: { ttl: '' },
    push_config: {
      push_endpoint: 'https://f-1.us-central1.run.app/_push/a',
      oidc_token: { audience: 'https://f-1.us-central1.run.app' },
    },
  });
});

test('a bucket keeps versions or a retention period, never both', () => {
  const bucket = (retentionDays?: number) =>
    made('google_storage_bucket', (scope) => {
      new PrivateBucket(scope, {
        deployment: prod,
        name: 'a',
        ...(retentionDays === undefined ? {} : { retentionDays }),
      });
    });
  expect(bucket()).toMatchObject({ versioning: { enabled: true }, force_destroy: false });
  expect(bucket()).not.toHaveProperty('retention_policy');
  expect(bucket(2)).toMatchObject({ retention_policy: { retention_period: 172_800 } });
  expect(bucket(2)).not.toHaveProperty('versioning');
});

/** A service as it is where nothing else is asked for. */
const service = (asked: Partial<ConstructorParameters<typeof IsolatedService>[1]> = {}) =>
  made('google_cloud_run_v2_service', (scope) => {
    new IsolatedService(scope, {
      ...{ deployment: dev, name: 'ocr-cpu', kind: 'ocr', image: 'i', scale: { min: 0, max: 1 } },
      ...{ concurrency: 1, timeoutSeconds: 300, cpu: '4', memory: '16Gi' },
      ...asked,
    });
  });

test('a service without a GPU gives its processor back between requests, one with a GPU cannot', () => {
  expect(service()).toMatchObject({ template: { containers: [{ resources: { cpu_idle: true } }] } });
  expect(service({ gpu: 'nvidia-l4' })).toMatchObject({
    template: {
      node_selector: { accelerator: 'nvidia-l4' },
      containers: [{ resources: { cpu_idle: false, limits: { 'nvidia.com/gpu': '1' } } }],
    },
  });
});

test('the archive of a function is named by its content, so that another content is another revision', () => {
  const [definition] = functions;
  if (definition === undefined) throw new Error('There is no function.');
  const archive = (sha256: string) =>
    made('google_storage_bucket_object', (scope) => {
      const sources = { [definition.name]: { file: '/a.zip', sha256 } };
      new HttpFunction(scope, { definition, deployment: { ...dev, sources }, projectNumber: '1' });
    });
  expect(archive('aa')).toMatchObject({ name: 'functions/api/aa.zip', source: '/a.zip' });
});

test('waits of one stack share a provider', () => {
  const synthesized = Testing.synthScope((scope) => {
    new Wait(scope, 'one', { after: [], seconds: 5 });
    new Wait(scope, 'two', { after: [], seconds: 6 });
  });
  const { resource } = json.parse(JSON.parse(synthesized));
  expect(Object.values(resource.time_sleep ?? {})).toMatchObject([
    { create_duration: '5s' },
    { create_duration: '6s' },
  ]);
});

test('a service that takes HTTP/2 says so of its port, and is probed by HTTP where it speaks HTTP/1 as well', () => {
  const of = (ports: object, startup: object) => ({ template: { containers: [{ ports, startup_probe: startup }] } });
  const byHttp = { http_get: { path: '/readyz', port: 8080 } };
  expect(service({ http2: 'only' })).toMatchObject(of({ name: 'h2c' }, { tcp_socket: { port: 8080 } }));
  expect(service({ http2: 'too' })).toMatchObject(of({ name: 'h2c' }, byHttp));
  expect(service()).toMatchObject(of({ container_port: 8080 }, byHttp));
  expect(service()).not.toMatchObject(of({ name: 'h2c' }, byHttp));
});
