import { DataGoogleProject } from '@cdktf/provider-google/lib/data-google-project/index.js';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider/index.js';
import { type App, GcsBackend, TerraformStack } from '../cdktf.ts';
import type { Deployment } from '../deployment.ts';
import { type Names, namesOf } from '../names.ts';

/** Where Terraform keeps what it has made; the deploy command makes the bucket before anything else. */
export const stateBucketOf = (project: string): string => `${project}-recto-state`;

/** A stack of one concern: its provider, its place in the state bucket, names. */
export abstract class RectoStack extends TerraformStack {
  readonly deployment: Deployment;
  readonly names: Names;
  private projectData: DataGoogleProject | null = null;

  constructor(scope: App, concern: string, deployment: Deployment) {
    super(scope, concern);
    this.deployment = deployment;
    this.names = namesOf(deployment);
    const { project, environment } = deployment;
    new GoogleProvider(this, 'google', {
      project,
      region: environment.region,
      // APIs that bill by the caller's project (budgets) get ours, not the one of the deployer's credentials.
      userProjectOverride: true,
      billingProject: project,
      defaultLabels: { app: 'recto', environment: environment.name },
    });
    new GcsBackend(this, { bucket: stateBucketOf(project), prefix: `recto/${concern}` });
    this.addOverride('terraform.required_version', '>= 1.9');
  }

  /** Known when Terraform runs. */
  protected get projectNumber(): string {
    this.projectData ??= new DataGoogleProject(this, 'project', { projectId: this.deployment.project });
    return this.projectData.number;
  }
}
