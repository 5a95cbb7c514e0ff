import type { ServiceAgent } from './service-agents.ts';

interface KeyDef {
  /** What it protects. */
  purpose: string;
  /** Google's accounts that encrypt with it on our behalf. */
  agents: readonly ServiceAgent[];
  /** `MAC` keys sign and cannot rotate by themselves; the rest encrypt and rotate every 90 days. */
  kind: 'encrypt' | 'mac';
}

/** One key a purpose, so that one of them can be revoked without the others. */
export const KEYS = {
  storage: { purpose: 'objects in buckets', agents: ['storage'], kind: 'encrypt' },
  firestore: { purpose: 'records', agents: ['firestore'], kind: 'encrypt' },
  messages: { purpose: 'messages in topics', agents: ['pubsub'], kind: 'encrypt' },
  secrets: { purpose: 'secrets', agents: ['secretManager'], kind: 'encrypt' },
  code: {
    purpose: 'images, sources and instances',
    agents: ['artifactRegistry', 'functions', 'run', 'storage'],
    kind: 'encrypt',
  },
  'tenant-data': { purpose: 'what the platform itself encrypts for a tenant', agents: [], kind: 'encrypt' },
  'tenant-mac': { purpose: 'pseudonyms and hashes that only the platform can make', agents: [], kind: 'mac' },
} as const satisfies Record<string, KeyDef>;
export type KeyName = keyof typeof KEYS;
