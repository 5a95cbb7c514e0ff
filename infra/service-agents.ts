/**
 * Google's own accounts that act for a service in a project. They come into being when the service is first used; stacks
 * that grant them something depend on the project stack, which asks for them and waits.
 */
export const SERVICE_AGENTS = {
  artifactRegistry: { service: 'artifactregistry.googleapis.com', domain: 'gcp-sa-artifactregistry' },
  functions: { service: 'cloudfunctions.googleapis.com', domain: 'gcf-admin-robot' },
  run: { service: 'run.googleapis.com', domain: 'serverless-robot-prod' },
  scheduler: { service: 'cloudscheduler.googleapis.com', domain: 'gcp-sa-cloudscheduler' },
  firestore: { service: 'firestore.googleapis.com', domain: 'gcp-sa-firestore' },
  pubsub: { service: 'pubsub.googleapis.com', domain: 'gcp-sa-pubsub' },
  secretManager: { service: 'secretmanager.googleapis.com', domain: 'gcp-sa-secretmanager' },
  /** Cannot be asked for this way; `gcloud storage service-agent` brings it into being. */
  storage: { service: null, domain: 'gs-project-accounts' },
} as const;
export type ServiceAgent = keyof typeof SERVICE_AGENTS;

export const agentMember = (agent: ServiceAgent, projectNumber: string): string =>
  `serviceAccount:service-${projectNumber}@${SERVICE_AGENTS[agent].domain}.iam.gserviceaccount.com`;
