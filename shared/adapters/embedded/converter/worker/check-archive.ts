import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createInflateRaw } from 'node:zlib';
import { RectoError } from '../../../../domain/errors.ts';
import { type ByteReader, corrupt, latin1 } from '../../../../domain/sniff/byte-reader.ts';
import { dataStart, readZipDirectory, type ZipEntry } from '../../../../domain/sniff/zip.ts';
import type { DocOps } from '../doc-protocol.ts';

const XML = /\.(?:xml|rels|vml)$/i;
const PROLOG_BYTES = 4096;

const fileReader = (handle: FileHandle, size: number): ByteReader => ({
  size,
  read: async (start, end) => {
    const length = Math.max(0, Math.min(end, size) - start);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, start);
    return buffer.subarray(0, bytesRead);
  },
});

/** Streams one entry through the decompressor; what comes out is counted and dropped, its first bytes are looked at. */
async function checkEntry(file: string, start: number, entry: ZipEntry): Promise<number> {
  const raw = createReadStream(file, { start, end: start + entry.compressedSize - 1 });
  const plain = entry.method === 8 ? raw.pipe(createInflateRaw()) : raw;
  raw.on('error', (error) => plain.destroy(error));
  let expanded = 0;
  try {
    for await (const chunk of plain) {
      const bytes = chunk as Buffer;
      if (
        expanded === 0 &&
        XML.test(entry.name) &&
        /<!(?:DOCTYPE|ENTITY)/i.test(latin1(bytes.subarray(0, PROLOG_BYTES)))
      )
        throw new RectoError(
          'file_corrupt',
          'The document declares XML entities, which Office documents do not. Save it again with the program that made it.',
        );
      expanded += bytes.length;
      if (expanded > entry.size)
        throw new RectoError(
          'archive_bomb',
          'The file is an archive whose content is larger than it says; it is not opened.',
          {
            details: { entry: entry.name.slice(0, 200), declaredBytes: entry.size },
          },
        );
    }
  } catch (error) {
    if (error instanceof RectoError) throw error;
    throw corrupt(`the part "${entry.name.slice(0, 80)}" cannot be decompressed`);
  } finally {
    raw.destroy();
  }
  return expanded;
}

/**
 * What a table of contents says is only a claim: this expands every entry, keeping nothing, before Office does. Errors:
 * `archive_bomb`, `file_corrupt`.
 */
export async function checkArchive({ file }: DocOps['checkArchive']['params']): Promise<null> {
  const handle = await open(file, 'r');
  try {
    const reader = fileReader(handle, (await handle.stat()).size);
    for (const entry of await readZipDirectory(reader)) {
      if (entry.encrypted || entry.compressedSize === 0) continue;
      await checkEntry(file, await dataStart(reader, entry), entry);
    }
    return null;
  } finally {
    await handle.close();
  }
}
