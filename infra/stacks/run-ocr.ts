import type { App } from '../cdktf.ts';
import { IsolatedService } from '../constructs/isolated-service.ts';
import type { Deployment } from '../deployment.ts';
import { RectoStack } from './recto-stack.ts';

/**
 * Cloud Run has checked who calls before the container sees it, and the container could not ask anyone whether a token is
 * good: it has no way out.
 */
const SHARED = { OCR_HOST: '0.0.0.0', OCR_AUTH: 'none' } as const;
export const OCR_SETTINGS = {
  cpu: { ...SHARED, OCR_PROVIDER: 'cpu', OCR_PRECISION: 'int8' },
  gpu: { ...SHARED, OCR_PROVIDER: 'auto' },
} as const;

/** Reads pages: on L4 GPUs where the environment has any, and on processors with 8-bit models everywhere. */
export class RunOcrStack extends RectoStack {
  constructor(scope: App, deployment: Deployment) {
    super(scope, 'run-ocr', deployment);
    const { ocrGpu, scale } = deployment.environment;
    // Page images may be larger than what Cloud Run takes over HTTP/1.
    const shared = { deployment, kind: 'ocr', timeoutSeconds: 300, http2: 'too' } as const;
    new IsolatedService(this, {
      ...shared,
      name: 'ocr-cpu',
      image: this.names.image('ocr', deployment.release),
      scale: scale.ocrCpu,
      concurrency: 4,
      cpu: '4',
      memory: '8Gi',
      settings: OCR_SETTINGS.cpu,
    });
    if (ocrGpu === null) return;
    new IsolatedService(this, {
      ...shared,
      name: 'ocr-gpu',
      image: this.names.image('ocr-gpu', deployment.release),
      scale: ocrGpu,
      concurrency: 16,
      // The least that an L4 may have.
      cpu: '4',
      memory: '16Gi',
      gpu: 'nvidia-l4',
      settings: OCR_SETTINGS.gpu,
    });
  }
}
