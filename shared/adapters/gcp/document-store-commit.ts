import { randomUUID } from 'node:crypto';
import { FIRESTORE_FIELDS } from '../../domain/cloud-records.ts';
import { RectoError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Firestore, FirestoreDocument, FirestoreWrite, Precondition } from './firestore-client.ts';
import { type FirestoreFields, text, textOf, timeOf } from './firestore-values.ts';
import { toCoded } from './google-errors.ts';

/** A record that a transaction read: the state of its document then; null when there was none. */
export interface Read {
  name: string;
  updateTime: string | null;
}

export interface Write {
  name: string;
  kind: 'create' | 'put' | 'delete';
  fields: FirestoreFields;
  /** For the message, should it exist already. */
  what: string;
}

/** What the writes to one document come to. */
interface Effect {
  fields: FirestoreFields | null;
  /** Null where it need not be absent; else what to call it. */
  mustBeAbsent: string | null;
}

function effectsOf(writes: readonly Write[]): Map<string, Effect> {
  const effects = new Map<string, Effect>();
  const deleted = new Set(writes.filter((write) => write.kind === 'delete').map((write) => write.name));
  for (const { name, kind, fields, what } of writes) {
    const before = effects.get(name);
    const mustBeAbsent = kind === 'create' && !deleted.has(name) ? what : (before?.mustBeAbsent ?? null);
    effects.set(name, { fields: kind === 'delete' ? null : fields, mustBeAbsent });
  }
  return effects;
}

const conditionOf = (updateTime: string | null): Precondition =>
  updateTime === null ? { exists: false } : { updateTime };

/** Verifies without changing anything: an update of no fields, or the deletion of what is absent. */
const verification = (name: string, condition: Precondition): FirestoreWrite =>
  'updateTime' in condition
    ? { update: { name }, updateMask: {}, currentDocument: condition }
    : { delete: name, currentDocument: condition };

/**
 * Commits reads and writes as one, optimistically: every document read carries its update time (or its absence) as a
 * precondition, those not written as a write that changes nothing. No locks are held while the function of a transaction
 * runs, so nobody waits for a function that is slow or dead.
 */
export function createCommits(firestore: Firestore, clock: Clock) {
  const expired = (document: FirestoreDocument | null | undefined): boolean => {
    const at = timeOf(document?.fields?.[FIRESTORE_FIELDS.expires]);
    return at !== null && at <= clock.now();
  };

  /** Update times of expired documents: still there, yet counted as absent. */
  type Expired = Map<string, string>;

  function build(reads: readonly Read[], effects: ReadonlyMap<string, Effect>, gone: Expired): FirestoreWrite[] {
    const conditions = new Map<string, Precondition>();
    for (const { name, updateTime } of reads) conditions.set(name, conditionOf(updateTime));
    const writes: FirestoreWrite[] = [];
    for (const [name, { fields, mustBeAbsent }] of effects) {
      const absent = mustBeAbsent === null ? undefined : conditionOf(gone.get(name) ?? null);
      const condition = conditions.get(name) ?? absent;
      conditions.delete(name);
      const currentDocument = condition === undefined ? {} : { currentDocument: condition };
      writes.push(
        fields === null ? { delete: name, ...currentDocument } : { update: { name, fields }, ...currentDocument },
      );
    }
    return [...[...conditions].map(([name, condition]) => verification(name, condition)), ...writes];
  }

  /**
   * True when committed, false when a record read has changed. Throws `already_exists`. A commit whose answer was lost is
   * known again by the revision that its documents carry.
   */
  return async function commit(reads: readonly Read[], writes: readonly Write[]): Promise<boolean> {
    const revision = randomUUID();
    const stamped = writes.map((write) =>
      write.kind === 'delete'
        ? write
        : { ...write, fields: { ...write.fields, [FIRESTORE_FIELDS.revision]: text(revision) } },
    );
    const effects = effectsOf(stamped);
    const written = [...effects].find(([, effect]) => effect.fields !== null)?.[0];
    const gone: Expired = new Map();
    for (;;) {
      let outcome: Awaited<ReturnType<Firestore['commit']>>;
      try {
        outcome = await firestore.commit(build(reads, effects, gone));
      } catch (thrown) {
        throw toCoded(thrown);
      }
      if (outcome.committed) return true;
      const created = [...effects].flatMap(([name, { mustBeAbsent }]) => (mustBeAbsent === null ? [] : [name]));
      const names = [
        ...new Set([...reads.map(({ name }) => name), ...created, ...(written === undefined ? [] : [written])]),
      ];
      const now = await firestore.getAll(names, [FIRESTORE_FIELDS.expires, FIRESTORE_FIELDS.revision]);
      const found = new Map(names.map((name, i) => [name, now[i] ?? null]));
      if (outcome.ambiguous && written !== undefined) {
        if (textOf(found.get(written)?.fields?.[FIRESTORE_FIELDS.revision]) === revision) return true;
      }
      if (reads.some(({ name, updateTime }) => (found.get(name)?.updateTime ?? null) !== updateTime)) return false;
      let learned = false;
      for (const name of created) {
        const document = found.get(name);
        if (document === null || document === undefined) continue;
        if (!expired(document))
          throw new RectoError('already_exists', `There is a record ${effects.get(name)?.mustBeAbsent} already.`);
        learned ||= gone.get(name) !== document.updateTime;
        gone.set(name, document.updateTime);
      }
      // Nothing in the way any more, or a writer of the same moment: the transaction looks again.
      if (!learned) return false;
    }
  };
}
