import { App } from './cdktf.ts';
import type { Deployment } from './deployment.ts';
import { BudgetStack } from './stacks/budget.ts';
import { CiStack } from './stacks/ci.ts';
import { EdgeStack } from './stacks/edge.ts';
import { FirestoreStack } from './stacks/firestore.ts';
import { FunctionsStack } from './stacks/functions.ts';
import { IdentitiesStack } from './stacks/identities.ts';
import { KmsStack } from './stacks/kms.ts';
import { MessagingStack } from './stacks/messaging.ts';
import { NetworkStack } from './stacks/network.ts';
import { ObservabilityStack } from './stacks/observability.ts';
import { ProjectStack } from './stacks/project.ts';
import { RegistryStack } from './stacks/registry.ts';
import { RunConverterStack } from './stacks/run-converter.ts';
import { RunOcrStack } from './stacks/run-ocr.ts';
import { SchedulerStack } from './stacks/scheduler.ts';
import { SecretsStack } from './stacks/secrets.ts';
import { StorageStack } from './stacks/storage.ts';

/** In the order in which they are applied; `destroy` goes backwards. */
export const STACKS = {
  project: ProjectStack,
  identities: IdentitiesStack,
  kms: KmsStack,
  network: NetworkStack,
  storage: StorageStack,
  firestore: FirestoreStack,
  secrets: SecretsStack,
  registry: RegistryStack,
  'run-converter': RunConverterStack,
  'run-ocr': RunOcrStack,
  functions: FunctionsStack,
  messaging: MessagingStack,
  scheduler: SchedulerStack,
  edge: EdgeStack,
  ci: CiStack,
  observability: ObservabilityStack,
  budget: BudgetStack,
} as const;
export type StackName = keyof typeof STACKS;

/** Stacks that need images or bundles; what comes before them makes the places where those go. */
export const RELEASE_STACKS: readonly StackName[] = ['run-converter', 'run-ocr', 'functions'];

export function buildApp(deployment: Deployment, outdir: string): App {
  const app = new App({ outdir });
  let before: InstanceType<(typeof STACKS)[StackName]> | null = null;
  for (const Stack of Object.values(STACKS)) {
    const stack = new Stack(app, deployment);
    if (before !== null) stack.addDependency(before);
    before = stack;
  }
  return app;
}
