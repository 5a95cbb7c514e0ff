import { KmsCryptoKey } from '@cdktf/provider-google/lib/kms-crypto-key/index.js';
import { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member/index.js';
import { KmsKeyRing } from '@cdktf/provider-google/lib/kms-key-ring/index.js';
import type { App } from '../cdktf.ts';
import type { Deployment } from '../deployment.ts';
import { KEYS } from '../keys.ts';
import { agentMember } from '../service-agents.ts';
import { accountOf, functions } from '../workloads.ts';
import { RectoStack } from './recto-stack.ts';

const NINETY_DAYS = `${90 * 86_400}s`;

/** A key for each purpose, and who may use it. Keys outlive everything: a lost key is lost data. */
export class KmsStack extends RectoStack {
  constructor(scope: App, deployment: Deployment) {
    super(scope, 'kms', deployment);
    const ring = new KmsKeyRing(this, 'ring', { name: 'recto', location: deployment.environment.region });
    for (const [name, { agents }] of Object.entries(KEYS)) {
      const key = new KmsCryptoKey(this, name, {
        name,
        keyRing: ring.id,
        purpose: 'ENCRYPT_DECRYPT',
        rotationPeriod: NINETY_DAYS,
        destroyScheduledDuration: `${30 * 86_400}s`,
        lifecycle: { preventDestroy: true },
      });
      const grant = (id: string, member: string): void => {
        new KmsCryptoKeyIamMember(this, `${name}-${id}`, {
          cryptoKeyId: key.id,
          role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
          member,
        });
      };
      for (const agent of agents) grant(agent, agentMember(agent, this.projectNumber));
      if (agents.length === 0)
        for (const definition of functions.filter(({ grants }) => grants.keys))
          grant(definition.name, this.names.member(accountOf(definition)));
    }
  }
}
