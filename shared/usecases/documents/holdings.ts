import type { CollectionDef } from '../../domain/collection.ts';
import {
  artifacts,
  deadLetters,
  idempotency,
  redactionReviews,
  results,
  runParts,
  runs,
  uploads,
  webhookDeliveries,
  work,
} from '../../domain/collections.ts';
import type { Document } from '../../domain/document.ts';
import { HELD_KINDS, type HeldCounts, type HeldKind, nothingHeld } from '../../domain/erasure.ts';
import type { BucketName } from '../../ports/object-store.ts';
import type { UseCaseContext } from '../context.ts';
import { droppedObject, removeDropped } from './dropped-file.ts';
import { passwordSecretName } from './ingest.ts';

/** Whose holdings: the document, and the runs that there are or were of it. */
export interface Holder {
  document: Document;
  runIds: readonly string[];
}

interface Held {
  count: number;
  bytes?: number;
}

interface Holding {
  /** Asks the store, every time anew. */
  look(ctx: UseCaseContext, holder: Holder): Promise<Held>;
  remove(ctx: UseCaseContext, holder: Holder): Promise<void>;
}

const ofDocument = <T>(collection: CollectionDef<T>): Holding => ({
  look: async ({ ports }, { document }) => ({ count: await count(ports.store, collection, 'documentId', document.id) }),
  remove: ({ ports }, { document }) => deleteWhere(ports.store, collection, 'documentId', document.id),
});

const ofRuns = <T>(collection: CollectionDef<T>): Holding => ({
  look: async ({ ports }, { runIds }) => {
    let found = 0;
    for (const runId of runIds) found += await count(ports.store, collection, 'runId', runId);
    return { count: found };
  },
  remove: async ({ ports }, { runIds }) => {
    for (const runId of runIds) await deleteWhere(ports.store, collection, 'runId', runId);
  },
});

const byId = <T>(collection: CollectionDef<T>): Holding => ({
  look: async ({ ports }, { document }) => there(await ports.store.get(collection, { id: document.id })),
  remove: ({ ports }, { document }) => ports.store.delete(collection, { id: document.id }),
});

const objectsIn = (bucket: BucketName): Holding => ({
  look: async ({ ports }, { document }) => {
    const held = { count: 0, bytes: 0 };
    let cursor: string | null = null;
    do {
      const prefix = `${document.id}/`;
      const page: Awaited<ReturnType<typeof ports.objects.list>> = await ports.objects.list({ bucket, prefix, cursor });
      held.count += page.objects.length;
      held.bytes += page.objects.reduce((sum, { size }) => sum + size, 0);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return held;
  },
  remove: async ({ ports }, { document }) => {
    await ports.objects.deletePrefix({ bucket, prefix: `${document.id}/` });
  },
});

const there = (found: unknown): Held => ({ count: found === null ? 0 : 1 });

/** Every place that may hold something of a document, with the way to ask for it and to delete it. */
const HOLDINGS: Readonly<Record<HeldKind, Holding>> = {
  droppedFile: {
    look: async (ctx, { document }) => there(await droppedObject(ctx, document)),
    remove: (ctx, { document }) => removeDropped(ctx, document),
  },
  searchEntry: {
    look: async ({ ports }, { document }) => ({ count: (await ports.search.has(document.id)) ? 1 : 0 }),
    remove: async ({ ports }, { document }) => void (await ports.search.remove(document.id)),
  },
  sourceObjects: objectsIn('documents'),
  artifactObjects: objectsIn('artifacts'),
  artifacts: ofDocument(artifacts),
  results: ofDocument(results),
  // The bodies that were sent name the document.
  deliveries: ofDocument(webhookDeliveries),
  // So do the answers that are kept for an Idempotency-Key.
  answers: ofDocument(idempotency),
  runParts: ofRuns(runParts),
  deadLetters: ofRuns(deadLetters),
  work: ofRuns(work),
  // After what belongs to them: they lead to it when an erasure that was cut off goes on.
  runs: ofDocument(runs),
  review: byId(redactionReviews),
  upload: byId(uploads),
  password: {
    look: async ({ ports }, { document }) => there(await ports.secrets.get(passwordSecretName(document.id))),
    remove: async ({ ports }, { document }) => void (await ports.secrets.delete(passwordSecretName(document.id))),
  },
};

/** What there is of the document now. */
export async function lookAtHoldings(
  ctx: UseCaseContext,
  holder: Holder,
): Promise<{ held: HeldCounts; bytes: number }> {
  const held = nothingHeld();
  let total = 0;
  for (const kind of HELD_KINDS) {
    const { count: found, bytes = 0 } = await HOLDINGS[kind].look(ctx, holder);
    held[kind] = found;
    total += bytes;
  }
  return { held, bytes: total };
}

export async function removeHoldings(ctx: UseCaseContext, holder: Holder): Promise<void> {
  for (const kind of HELD_KINDS) await HOLDINGS[kind].remove(ctx, holder);
}

type Store = UseCaseContext['ports']['store'];

const count = <T>(store: Store, collection: CollectionDef<T>, field: string, value: string): Promise<number> =>
  store.count(collection, { where: [{ field, op: '==', value }] });

async function deleteWhere<T>(store: Store, collection: CollectionDef<T>, field: string, value: string): Promise<void> {
  for (;;) {
    const { records } = await store.query(collection, { where: [{ field, op: '==', value }], limit: 400 });
    if (records.length === 0) return;
    await store.transaction(async (tx) => {
      for (const { id } of records) tx.delete(collection, { id });
    });
  }
}
