import { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member/index.js';
import { ComputeBackendService } from '@cdktf/provider-google/lib/compute-backend-service/index.js';
import { ComputeGlobalAddress } from '@cdktf/provider-google/lib/compute-global-address/index.js';
import { ComputeGlobalForwardingRule } from '@cdktf/provider-google/lib/compute-global-forwarding-rule/index.js';
import { ComputeManagedSslCertificate } from '@cdktf/provider-google/lib/compute-managed-ssl-certificate/index.js';
import { ComputeRegionNetworkEndpointGroup } from '@cdktf/provider-google/lib/compute-region-network-endpoint-group/index.js';
import { ComputeSecurityPolicy } from '@cdktf/provider-google/lib/compute-security-policy/index.js';
import { ComputeSslPolicy } from '@cdktf/provider-google/lib/compute-ssl-policy/index.js';
import { ComputeTargetHttpProxy } from '@cdktf/provider-google/lib/compute-target-http-proxy/index.js';
import { ComputeTargetHttpsProxy } from '@cdktf/provider-google/lib/compute-target-https-proxy/index.js';
import { ComputeUrlMap } from '@cdktf/provider-google/lib/compute-url-map/index.js';
import { armorRules } from '../armor-rules.ts';
import { type App, TerraformOutput } from '../cdktf.ts';
import type { Deployment } from '../deployment.ts';
import { RectoStack } from './recto-stack.ts';

/** The one grant to everyone: the API checks its callers' keys itself. */
export const EDGE_INVOKER = 'everyone-may-ask';

/**
 * The way in. With a domain: load balancer, certificate, Cloud Armor, and the API takes nothing that comes past them.
 * Without one (development only): the API's own address, which has Google's certificate.
 */
export class EdgeStack extends RectoStack {
  constructor(scope: App, deployment: Deployment) {
    super(scope, 'edge', deployment);
    const { region } = deployment.environment;
    new CloudRunV2ServiceIamMember(this, EDGE_INVOKER, {
      name: 'api',
      location: region,
      role: 'roles/run.invoker',
      member: 'allUsers',
    });
    const url = deployment.domain === null ? this.names.url('api', this.projectNumber) : `https://${deployment.domain}`;
    new TerraformOutput(this, 'url', { value: url });
    if (deployment.domain !== null) this.balance(deployment.domain, region);
  }

  private balance(domain: string, region: string): void {
    const address = new ComputeGlobalAddress(this, 'address', { name: 'recto-api' });
    const endpoints = new ComputeRegionNetworkEndpointGroup(this, 'endpoints', {
      name: 'recto-api',
      region,
      networkEndpointType: 'SERVERLESS',
      cloudRun: { service: 'api' },
    });
    const armor = new ComputeSecurityPolicy(this, 'armor', {
      name: 'recto-api',
      type: 'CLOUD_ARMOR',
      adaptiveProtectionConfig: { layer7DdosDefenseConfig: { enable: true } },
      rule: armorRules(this.deployment.environment.requestsPerMinutePerAddress),
    });
    const backend = new ComputeBackendService(this, 'api-backend', {
      name: 'recto-api',
      loadBalancingScheme: 'EXTERNAL_MANAGED',
      protocol: 'HTTPS',
      securityPolicy: armor.id,
      backend: [{ group: endpoints.id }],
      logConfig: { enable: true, sampleRate: 1 },
    });
    const certificate = new ComputeManagedSslCertificate(this, 'certificate', {
      // A certificate cannot change its domain: another domain is another certificate, made before the old one goes.
      name: `recto-${domain.replaceAll('.', '-')}`.slice(0, 63),
      managed: { domains: [domain] },
      lifecycle: { createBeforeDestroy: true },
    });
    const tls = new ComputeSslPolicy(this, 'tls', { name: 'recto-api', profile: 'MODERN', minTlsVersion: 'TLS_1_2' });
    const secure = new ComputeTargetHttpsProxy(this, 'https', {
      name: 'recto-api',
      urlMap: new ComputeUrlMap(this, 'map', { name: 'recto-api', defaultService: backend.id }).id,
      sslCertificates: [certificate.id],
      sslPolicy: tls.id,
    });
    const plain = new ComputeTargetHttpProxy(this, 'http', {
      name: 'recto-api-plain',
      urlMap: new ComputeUrlMap(this, 'to-https', {
        name: 'recto-api-plain',
        defaultUrlRedirect: {
          httpsRedirect: true,
          redirectResponseCode: 'MOVED_PERMANENTLY_DEFAULT',
          stripQuery: false,
        },
      }).id,
    });
    for (const [name, target, portRange] of [
      ['recto-api', secure.id, '443'],
      ['recto-api-plain', plain.id, '80'],
    ] as const)
      new ComputeGlobalForwardingRule(this, `rule-${portRange}`, {
        name,
        target,
        portRange,
        ipAddress: address.id,
        loadBalancingScheme: 'EXTERNAL_MANAGED',
      });
    new TerraformOutput(this, 'address-of-domain', { value: address.address });
  }
}
