import type { App } from '../cdktf.ts';
import { IsolatedService } from '../constructs/isolated-service.ts';
import type { Deployment } from '../deployment.ts';
import { RectoStack } from './recto-stack.ts';

/** LibreOffice and the PDF tools: one document an instance, so that one that hangs or swells costs nobody else. */
export class RunConverterStack extends RectoStack {
  constructor(scope: App, deployment: Deployment) {
    super(scope, 'run-converter', deployment);
    new IsolatedService(this, {
      deployment,
      name: 'converter',
      kind: 'converter',
      image: this.names.image('converter', deployment.release),
      scale: deployment.environment.scale.converter,
      concurrency: 1,
      timeoutSeconds: 300,
      cpu: '2',
      memory: '4Gi',
      http2: 'only',
    });
  }
}
