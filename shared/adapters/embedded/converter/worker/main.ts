import { type ErrorCode, RectoError } from '../../../../domain/errors.ts';
import type { DocOp, DocOps, FromWorker, ToWorker } from '../doc-protocol.ts';
import { operations } from './operations.ts';
import { RemoteReader } from './remote-reader.ts';

/** Entry of the isolated process that parses untrusted bytes: one call after another, over the IPC channel. */
const send = (message: FromWorker): void => {
  process.send?.(message);
};

/** What a decoder threw without a code: the file is at fault, for the process was fit enough to say so. */
function codeOf(error: unknown): { code: ErrorCode; message: string; details?: Readonly<Record<string, unknown>> } {
  if (error instanceof RectoError)
    return {
      code: error.code,
      message: error.message,
      ...(error.details === undefined ? {} : { details: error.details }),
    };
  if (error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String(error.code)))
    return {
      code: 'storage_full',
      message: 'The disk for temporary files is full; free some space, then it goes on by itself.',
    };
  const reason = error instanceof Error ? error.message : String(error);
  return {
    code: 'file_corrupt',
    message: `The file could not be read: ${reason.slice(0, 200)}. It is probably damaged.`,
  };
}

const readers = new Map<number, RemoteReader>();

async function perform<K extends DocOp>(id: number, op: K, params: DocOps[K]['params']): Promise<void> {
  try {
    const reader = new RemoteReader((read, start, end) => send({ kind: 'read', id, read, start, end }));
    readers.clear();
    readers.set(id, reader);
    send({ kind: 'done', id, result: await operations[op](params, reader) });
  } catch (error) {
    send({ kind: 'failed', id, error: codeOf(error) });
  }
}

process.on('message', (message: ToWorker) => {
  if (message.kind === 'bytes') for (const reader of readers.values()) reader.receive(message.read, message.bytes);
  else void perform(message.id, message.op, message.params);
});
process.on('disconnect', () => process.exit(0));
send({ kind: 'ready' });
