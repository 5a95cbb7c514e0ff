import type { App } from '../cdktf.ts';
import { HttpFunction } from '../constructs/http-function.ts';
import type { Deployment } from '../deployment.ts';
import { functions } from '../workloads.ts';
import { RectoStack } from './recto-stack.ts';

/** The functions; who may call them is granted where the caller is made. */
export class FunctionsStack extends RectoStack {
  constructor(scope: App, deployment: Deployment) {
    super(scope, 'functions', deployment);
    for (const definition of functions)
      new HttpFunction(this, { definition, deployment, projectNumber: this.projectNumber });
  }
}
