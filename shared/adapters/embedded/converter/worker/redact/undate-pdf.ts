import { open } from 'node:fs/promises';

const KEY = Buffer.from('/CreationDate (D:', 'latin1');
const EPOCH = Buffer.from('19700101000000', 'latin1');
/** The engine writes its own information dictionary first. */
const HEAD_BYTES = 64 * 1024;

/** Overwrites the time of writing, so that the same pages give the same bytes. */
export async function undatePdf(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0);
    const at = head.subarray(0, bytesRead).indexOf(KEY);
    if (at >= 0) await handle.write(EPOCH, 0, EPOCH.length, at + KEY.length);
  } finally {
    await handle.close();
  }
}
