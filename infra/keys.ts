import type { ServiceAgent } from './service-agents.ts';

interface KeyDef {
  /** What it protects. */
  purpose: string;
  /** Google's accounts that encrypt with it on our behalf. */
  agents: readonly ServiceAgent[];
}

/** One key a purpose, so that one of them can be revoked without the others. */
export const KEYS = {
  storage: { purpose: 'objects in buckets', agents: ['storage'] },
  firestore: { purpose: 'records', agents: ['firestore'] },
  messages: { purpose: 'messages in topics', agents: ['pubsub'] },
  secrets: { purpose: 'secrets', agents: ['secretManager'] },
  code: {
    purpose: 'images, sources and instances',
    agents: ['artifactRegistry', 'functions', 'run', 'storage'],
  },
  'tenant-data': { purpose: "the master keys that the platform derives tenants' keys from", agents: [] },
} as const satisfies Record<string, KeyDef>;
export type KeyName = keyof typeof KEYS;
