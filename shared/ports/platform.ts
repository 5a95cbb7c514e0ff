import type { Clock } from './clock.ts';
import type { Converter } from './converter.ts';
import type { DocumentStore } from './document-store.ts';
import type { Recognizers } from './entity-recognizer.ts';
import type { Inference } from './inference.ts';
import type { KeyManager } from './key-manager.ts';
import type { Logger } from './logger.ts';
import type { Mailbox } from './mailbox.ts';
import type { MediaRedactor } from './media-redactor.ts';
import type { MessageBus } from './message-bus.ts';
import type { Metrics } from './metrics.ts';
import type { ObjectStore } from './object-store.ts';
import type { Scheduler } from './scheduler.ts';
import type { SearchIndex } from './search-index.ts';
import type { SecretStore } from './secret-store.ts';

/** Ports that cannot name another tenant's data. */
export interface TenantPorts {
  readonly tenantId: string;
  readonly store: DocumentStore;
  readonly objects: ObjectStore;
  readonly search: SearchIndex;
  readonly secrets: SecretStore;
  readonly keys: KeyManager;
  readonly scheduler: Scheduler;
  readonly recognizers: Recognizers;
}

/** What an entry point gets from `createPlatform(config)`. */
export interface Platform {
  forTenant(tenantId: string): TenantPorts;
  /** Spans tenants: engine sweeps, authentication, metrics. Never handed to a step. */
  readonly system: { readonly store: DocumentStore; readonly secrets: SecretStore; readonly keys: KeyManager };
  readonly bus: MessageBus;
  readonly converter: Converter;
  readonly media: MediaRedactor;
  readonly inference: Inference;
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Each dependency with whether it works now and when it last did; for `/readyz`. */
  health(): Promise<readonly DependencyHealth[]>;
  close(): Promise<void>;
}

export interface DependencyHealth {
  name: string;
  ok: boolean;
  /** Without it documents cannot be taken in. */
  required: boolean;
  lastSuccessAt: number | null;
  message: string | null;
}
