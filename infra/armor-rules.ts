/** Rule sets of Cloud Armor that turn away what no honest client sends. */
const EVERYWHERE = ['scannerdetection-v33-stable', 'protocolattack-v33-stable', 'cve-canary'] as const;
/** These look for code in text. Documents, and text to redact, may hold any: they are left out there. */
const NOT_IN_CONTENT = ['sqli-v33-stable', 'xss-v33-stable', 'lfi-v33-stable', 'rce-v33-stable'] as const;
const CONTENT = "request.path.matches('^/v1/(documents|ocr|redact)')";

/** First match wins, by priority; 1,000 and above limit the rate and let the rest in. */
export function armorRules(requestsPerMinute: number) {
  const set = (name: string, sensitivity: number): string =>
    `evaluatePreconfiguredWaf('${name}', {'sensitivity': ${sensitivity}})`;
  const deny = (priority: number, description: string, expression: string) => ({
    priority,
    description,
    action: 'deny(403)',
    match: { expr: { expression } },
  });
  return [
    ...EVERYWHERE.map((name, index) => deny(100 + index, name, set(name, 1))),
    ...NOT_IN_CONTENT.map((name, index) => deny(200 + index, name, `!${CONTENT} && ${set(name, 1)}`)),
    {
      priority: 1000,
      description: 'an address that asks too often is held off for ten minutes',
      action: 'rate_based_ban',
      match: { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges: ['*'] } },
      rateLimitOptions: {
        conformAction: 'allow',
        exceedAction: 'deny(429)',
        enforceOnKey: 'IP',
        banDurationSec: 600,
        rateLimitThreshold: { count: requestsPerMinute, intervalSec: 60 },
        banThreshold: { count: requestsPerMinute * 3, intervalSec: 120 },
      },
    },
    {
      priority: 2147483647,
      description: 'default',
      action: 'allow',
      match: { versionedExpr: 'SRC_IPS_V1', config: { srcIpRanges: ['*'] } },
    },
  ];
}
