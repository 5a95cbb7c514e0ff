import { tenants } from '../domain/collections.ts';
import { toRectoError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Converter } from '../ports/converter.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { DependencyHealth } from '../ports/platform.ts';

interface Probe {
  name: string;
  required: boolean;
  check: () => Promise<string | null>;
}

/** Asks each service that documents need, at most every five seconds however often it is asked. */
export function gcpHealth(params: {
  store: DocumentStore;
  /** Of the platform itself. */
  objects: ObjectStore;
  converter: Converter;
  /** The OCR engines. */
  engines: () => Promise<DependencyHealth[]>;
  clock: Clock;
}): () => Promise<readonly DependencyHealth[]> {
  const { clock } = params;
  const last = new Map<string, number>();
  const probes: Probe[] = [
    {
      name: 'store',
      required: true,
      check: async () => {
        await params.store.query(tenants, { limit: 1 });
        return null;
      },
    },
    {
      name: 'objects',
      required: true,
      check: async () => {
        await params.objects.head({ bucket: 'documents', key: 'readiness' });
        return null;
      },
    },
    {
      name: 'office',
      required: false,
      check: async () => {
        const { available, version } = await params.converter.office();
        if (!available) throw new Error('the converter has no Office engine');
        return version;
      },
    },
  ];
  const ask = async ({ name, required, check }: Probe): Promise<DependencyHealth> => {
    try {
      const message = await check();
      last.set(name, clock.now());
      return { name, ok: true, required, lastSuccessAt: clock.now(), message };
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : toRectoError(thrown).message;
      return { name, ok: false, required, lastSuccessAt: last.get(name) ?? null, message };
    }
  };
  let asked: { at: number; answer: Promise<DependencyHealth[]> } | null = null;
  return () => {
    if (asked === null || clock.now() - asked.at >= 5000) {
      const answer = Promise.all([Promise.all(probes.map(ask)), params.engines()]).then((found) => found.flat());
      asked = { at: clock.now(), answer };
    }
    return asked.answer;
  };
}
