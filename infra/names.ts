import type { Deployment } from './deployment.ts';
import type { KeyName } from './keys.ts';

/**
 * What things are called. Stacks find each other's resources by these names, not through each other's state: every stack can
 * be planned before any is applied, and none may read another's state.
 */
export function namesOf({ project, environment }: Pick<Deployment, 'project' | 'environment'>) {
  const { region } = environment;
  return {
    /** Bucket names are taken worldwide, project ids too. */
    bucket: (name: string): string => `${project}-${name}`,
    topic: (name: string): string => `projects/${project}/topics/${name}`,
    schema: (name: string): string => `projects/${project}/schemas/${name}`,
    serviceAccount: (id: string): string => `${id}@${project}.iam.gserviceaccount.com`,
    member: (id: string): string => `serviceAccount:${id}@${project}.iam.gserviceaccount.com`,
    keyRing: `projects/${project}/locations/${region}/keyRings/recto`,
    key: (name: KeyName): string => `projects/${project}/locations/${region}/keyRings/recto/cryptoKeys/${name}`,
    database: 'recto',
    databasePath: `projects/${project}/databases/recto`,
    imageRepository: 'images',
    functionRepository: 'functions',
    image: (name: string, release: string): string => `${region}-docker.pkg.dev/${project}/images/${name}:${release}`,
    network: `projects/${project}/global/networks/recto`,
    subnet: `projects/${project}/regions/${region}/subnetworks/isolated`,
    /** Address of a Cloud Run service or second-generation function, also the audience of tokens for it. */
    url: (service: string, projectNumber: string): string => `https://${service}-${projectNumber}.${region}.run.app`,
    secret: (id: string): string => `projects/${project}/secrets/${id}`,
    channel: 'operators',
  } as const;
}
export type Names = ReturnType<typeof namesOf>;
