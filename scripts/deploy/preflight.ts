import { z } from 'zod';
import type { Deployment } from '../../infra/deployment.ts';
import type { Commands } from './commands.ts';

/** What must be on before Terraform can ask for the rest, and before quotas can be read. */
const FIRST_APIS = [
  'artifactregistry',
  'cloudbilling',
  'cloudbuild',
  'cloudquotas',
  'cloudresourcemanager',
  'compute',
  'iam',
  'run',
  'serviceusage',
  'storage',
].map((name) => `${name}.googleapis.com`);

export const GPU_QUOTA = 'NvidiaL4GpuAllocNoZonalRedundancyPerProjectRegion';
const quotaSchema = z.object({
  dimensionsInfos: z
    .array(
      z.object({
        applicableLocations: z.array(z.string()).default([]),
        details: z.object({ value: z.coerce.number().default(0) }),
      }),
    )
    .default([]),
});
const terraformSchema = z.object({ terraform_version: z.string() });

/** What the command says; where it fails, what to do about it. */
async function ask(
  commands: Commands,
  [command, ...args]: readonly [string, ...string[]],
  assume: string,
  help: string,
): Promise<string> {
  const answer = await commands.read(command, args, assume).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${help}\n${why}`, { cause });
  });
  if (answer === '') throw new Error(help);
  return answer;
}

/** Ends with what is missing and how to get it, before anything is changed. */
export async function preflight(commands: Commands, deployment: Deployment, releaseOnly: boolean): Promise<void> {
  const { project, environment } = deployment;
  const version = await ask(
    commands,
    ['terraform', 'version', '-json'],
    '{"terraform_version":"1.9.0"}',
    'Terraform is needed, 1.9 or newer.',
  );
  const [major = 0, minor = 0] = terraformSchema.parse(JSON.parse(version)).terraform_version.split('.').map(Number);
  if (major < 1 || (major === 1 && minor < 9)) throw new Error('Terraform is too old: 1.9 or newer is needed.');

  await ask(
    commands,
    ['gcloud', 'auth', 'list', '--filter=status:ACTIVE', '--format=value(account)'],
    'you@example.com',
    'gcloud has no account. Run: gcloud auth login',
  );
  await ask(
    commands,
    ['gcloud', 'auth', 'application-default', 'print-access-token'],
    'a token',
    'Terraform has no credentials. Run: gcloud auth application-default login',
  );
  const state = await ask(
    commands,
    ['gcloud', 'projects', 'describe', project, '--format=value(lifecycleState)'],
    'ACTIVE',
    `The project ${project} cannot be seen. Make it, or choose another with --project, or ask for access to it.`,
  );
  if (state !== 'ACTIVE')
    throw new Error(`The project ${project} is ${state}. Restore it, or choose another with --project.`);
  if (releaseOnly) return;

  const billed = await ask(
    commands,
    ['gcloud', 'billing', 'projects', 'describe', project, '--format=value(billingEnabled)'],
    'True',
    `Whether ${project} has a billing account cannot be seen: that takes the role Billing Account User, or Viewer.`,
  );
  if (billed !== 'True')
    throw new Error(
      `The project ${project} has no billing account. Run: gcloud billing projects link ${project} --billing-account=XXXXXX-XXXXXX-XXXXXX`,
    );
  await commands.run('gcloud', ['services', 'enable', ...FIRST_APIS, `--project=${project}`]);

  const { region } = environment;
  const regions = await commands.read(
    'gcloud',
    ['run', 'regions', 'list', '--format=value(locationId)', `--project=${project}`],
    region,
  );
  if (!regions.split('\n').includes(region))
    throw new Error(`Cloud Run is not to be had in ${region}. Change the region in infra/environments.ts.`);
  if (environment.ocrGpu !== null) await gpuQuota(commands, project, region, environment.ocrGpu.max);
}

async function gpuQuota(commands: Commands, project: string, region: string, wanted: number): Promise<void> {
  const described = await commands.read(
    'gcloud',
    [
      'beta',
      'quotas',
      'info',
      'describe',
      GPU_QUOTA,
      '--service=run.googleapis.com',
      `--project=${project}`,
      '--format=json',
    ],
    JSON.stringify({ dimensionsInfos: [{ applicableLocations: [region], details: { value: String(wanted) } }] }),
  );
  const infos = quotaSchema.parse(JSON.parse(described)).dimensionsInfos;
  // The one that names the region says more than one that speaks of all the rest.
  const found =
    infos.find((info) => info.applicableLocations.includes(region)) ??
    infos.find((info) => info.applicableLocations.length === 0);
  const value = found?.details.value ?? 0;
  if (value < wanted)
    throw new Error(
      `The project may have ${value} L4 GPUs on Cloud Run in ${region}, and the environment asks for up to ${wanted}. ` +
        `Ask for more: console, IAM & Admin, Quotas, ${GPU_QUOTA}. Or set ocrGpu in infra/environments.ts to what there is; ` +
        'null reads pages without a GPU.',
    );
}
