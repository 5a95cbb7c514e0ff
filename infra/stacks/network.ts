import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall/index.js';
import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network/index.js';
import { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork/index.js';
import type { App } from '../cdktf.ts';
import type { Deployment } from '../deployment.ts';
import { RectoStack } from './recto-stack.ts';

/**
 * A network that leads nowhere, for the containers that parse bytes we do not trust: their traffic goes through it (Direct
 * VPC egress), and it lets none out. There is no NAT, no route of ours, and no way in.
 */
export class NetworkStack extends RectoStack {
  constructor(scope: App, deployment: Deployment) {
    super(scope, 'network', deployment);
    const network = new ComputeNetwork(this, 'network', {
      name: 'recto',
      autoCreateSubnetworks: false,
      deleteDefaultRoutesOnCreate: true,
      routingMode: 'REGIONAL',
    });
    new ComputeSubnetwork(this, 'isolated', {
      name: 'isolated',
      network: network.id,
      region: deployment.environment.region,
      // Each instance takes addresses, and holds them a while after it ends: room for 1,000 and more.
      ipCidrRange: '10.10.0.0/20',
      privateIpGoogleAccess: false,
    });
    for (const direction of ['EGRESS', 'INGRESS'] as const)
      new ComputeFirewall(this, `deny-${direction.toLowerCase()}`, {
        name: `recto-deny-${direction.toLowerCase()}`,
        network: network.id,
        direction,
        priority: 1000,
        deny: [{ protocol: 'all' }],
        ...(direction === 'EGRESS' ? { destinationRanges: ['0.0.0.0/0'] } : { sourceRanges: ['0.0.0.0/0'] }),
        logConfig: { metadata: 'EXCLUDE_ALL_METADATA' },
      });
  }
}
