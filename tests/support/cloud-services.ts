import { describe, expect, it } from 'vitest';
import { createFirestore, type Firestore } from '#shared/adapters/gcp/firestore-client.ts';
import { emulatorIdentity } from '#shared/adapters/gcp/google-auth.ts';
import { createGoogleApi } from '#shared/adapters/gcp/google-http.ts';

/** Stand-ins for the cloud's services on this machine, by the variable that names them (host and port, or a URL). */
const SERVICES = {
  firestore: { variable: 'FIRESTORE_EMULATOR_HOST', name: 'the Firestore emulator' },
  pubsub: { variable: 'PUBSUB_EMULATOR_HOST', name: 'the Pub/Sub emulator' },
  storage: { variable: 'STORAGE_EMULATOR_HOST', name: 'the Cloud Storage server' },
} as const;
export type CloudService = keyof typeof SERVICES;

/** `http://host:port` of the service; empty where it does not run. */
export function originOf(service: CloudService): string {
  const value = process.env[SERVICES[service].variable] ?? '';
  return value === '' || value.includes('://') ? value : `http://${value}`;
}

/**
 * A group of tests that need services. Without one it is reported as not run, with the reason; with REQUIRE_SERVICES=1 that
 * is a failure.
 */
export function describeWith(services: readonly CloudService[], title: string, tests: () => void): void {
  const missing = services.filter((service) => originOf(service) === '').map((service) => SERVICES[service].name);
  const reason = `not run, ${missing.join(' and ')} missing: npm test starts what is installed, docs/gcp.md says how to install it`;
  if (missing.length === 0) describe(title, tests);
  else if (process.env.REQUIRE_SERVICES === '1')
    describe(title, () => it('has its services', () => expect.fail(reason)));
  else describe.skip(`${title} (${reason})`, tests);
}

/** A project of its own, so that no test sees another's data. */
export const newProject = (): string => `test-${crypto.randomUUID()}`;

/** Firestore of a project on the emulator. */
export function emulatedFirestore(project = newProject()): Firestore {
  const api = createGoogleApi({ service: 'Firestore', authorize: emulatorIdentity.authorize });
  return createFirestore({ api, project, database: '(default)', origin: originOf('firestore') });
}
