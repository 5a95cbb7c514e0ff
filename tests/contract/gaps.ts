import { it } from 'vitest';

/** A contract case that a stand-in on this machine cannot pass, though the service it stands in for does. */
interface Gap {
  standIn: 'Firestore emulator' | 'Pub/Sub emulator' | 'fake-gcs-server';
  suite: 'document-store' | 'message-bus' | 'object-store' | 'search-index';
  /** Title of the case. */
  case: string;
  why: string;
}

/** All of them, measured with Firestore emulator 1.19.9, Pub/Sub emulator 0.8.20 and fake-gcs-server 1.56.1. */
export const GAPS: readonly Gap[] = [
  {
    standIn: 'fake-gcs-server',
    suite: 'object-store',
    case: 'deletes only the expected generation',
    why: 'it ignores ifGenerationMatch of a DELETE; a server of our own that holds it is asked in storage-protocol.test.ts',
  },
  {
    standIn: 'Pub/Sub emulator',
    suite: 'message-bus',
    case: 'is told with each delivery which attempt it is',
    why: 'it pushes no deliveryAttempt; the engine counts attempts in its own records',
  },
  {
    standIn: 'Pub/Sub emulator',
    suite: 'message-bus',
    case: 'keeps the order of an ordering key, also when one has to be repeated',
    why: 'after a refusal it goes on with the next message, and pushes no orderingKey; order as published is asked by pulling',
  },
  {
    standIn: 'Pub/Sub emulator',
    suite: 'message-bus',
    case: 'keeps at most the subscription’s concurrency in flight',
    why: 'Pub/Sub pushes as much as it likes; in the cloud the concurrency of the function bounds it',
  },
  {
    standIn: 'Pub/Sub emulator',
    suite: 'message-bus',
    case: 'repeats after a restart what was not acknowledged, at once, and nothing else',
    why: 'the service does not restart with the publisher; what nobody acknowledges comes again after the ack deadline',
  },
];

/** How a suite registers the cases that not every stand-in passes. */
export interface SuiteGaps {
  case(title: string, test: () => Promise<void> | void): void;
}
export const NO_GAPS: SuiteGaps = { case: (title, test) => it(title, test) };

/** The cases of the suite that the stand-in has a gap for are named with the reason instead of being run. */
export function gapsOf(standIn: Gap['standIn'], suite: Gap['suite']): SuiteGaps {
  const known = GAPS.filter((gap) => gap.standIn === standIn && gap.suite === suite);
  return {
    case: (title, test) => {
      const gap = known.find((entry) => entry.case === title);
      if (gap === undefined) return it(title, test);
      process.stdout.write(`gap: ${suite}: "${title}" is not run on the ${standIn}: ${gap.why}\n`);
      it.skip(`${title} (gap of the ${standIn}: ${gap.why})`, test);
    },
  };
}
