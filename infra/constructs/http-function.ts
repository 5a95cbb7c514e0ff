import path from 'node:path';
import { Cloudfunctions2Function } from '@cdktf/provider-google/lib/cloudfunctions2-function/index.js';
import { StorageBucketObject } from '@cdktf/provider-google/lib/storage-bucket-object/index.js';
import { Construct } from '../cdktf.ts';
import type { Deployment } from '../deployment.ts';
import { functionSettings } from '../function-settings.ts';
import { namesOf } from '../names.ts';
import { accountOf, type FunctionDef } from '../workloads.ts';

/** What a bundle registers with the functions framework. */
export const ENTRY_POINT = 'handle';
const UNBUILT = { file: path.resolve(import.meta.dirname, '../../dist/deploy/not-built.zip'), sha256: 'not-built' };

export interface HttpFunctionParams {
  definition: FunctionDef;
  deployment: Deployment;
  projectNumber: string;
}

/** A second-generation function that is called over HTTP, made from an archive, with an account of its own. */
export class HttpFunction extends Construct {
  constructor(scope: Construct, { definition, deployment, projectNumber }: HttpFunctionParams) {
    super(scope, definition.name);
    const { environment, project, domain } = deployment;
    const names = namesOf(deployment);
    const source = deployment.sources[definition.name] ?? UNBUILT;
    const archive = new StorageBucketObject(this, 'source', {
      bucket: names.bucket('sources'),
      name: `functions/${definition.name}/${source.sha256}.zip`,
      source: source.file,
      kmsKeyName: names.key('storage'),
    });
    const scale = environment.scale[definition.tier];
    const open = definition.calledBy === 'everyone';
    new Cloudfunctions2Function(this, 'function', {
      name: definition.name,
      description: definition.does,
      location: environment.region,
      kmsKeyName: names.key('code'),
      buildConfig: {
        runtime: 'nodejs24',
        entryPoint: ENTRY_POINT,
        dockerRepository: `projects/${project}/locations/${environment.region}/repositories/${names.functionRepository}`,
        serviceAccount: `projects/${project}/serviceAccounts/${names.serviceAccount('function-builder')}`,
        source: { storageSource: { bucket: archive.bucket, object: archive.name } },
        automaticUpdatePolicy: {},
      },
      serviceConfig: {
        availableMemory: definition.memory,
        availableCpu: definition.cpu,
        timeoutSeconds: definition.timeoutSeconds,
        maxInstanceRequestConcurrency: definition.concurrency,
        minInstanceCount: scale.min,
        maxInstanceCount: scale.max,
        // Pub/Sub and Cloud Scheduler of the same project count as internal.
        ingressSettings: !open ? 'ALLOW_INTERNAL_ONLY' : domain === null ? 'ALLOW_ALL' : 'ALLOW_INTERNAL_AND_GCLB',
        allTrafficOnLatestRevision: true,
        serviceAccountEmail: names.serviceAccount(accountOf(definition)),
        environmentVariables: functionSettings(definition, deployment, projectNumber),
        secretEnvironmentVariables: Object.entries(definition.secretEnv).map(([key, secret]) => ({
          key,
          projectId: project,
          secret,
          version: 'latest',
        })),
      },
    });
  }
}
