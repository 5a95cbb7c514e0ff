import { readFile, writeFile } from 'node:fs/promises';
import { type ByteReader, corrupt } from '../../../../domain/sniff/byte-reader.ts';
import { openOle2 } from '../../../../domain/sniff/ole2.ts';
import { decryptOoxml } from '../../../../domain/sniff/ooxml-encryption.ts';
import { sniffZip } from '../../../../domain/sniff/zip-document.ts';
import type { DocOps } from '../doc-protocol.ts';
import { inflate } from './inflate.ts';

const readerOf = (bytes: Uint8Array): ByteReader => ({
  size: bytes.length,
  read: async (start, end) => bytes.subarray(start, end),
});

/** Decrypts an Office package; what comes out is checked as any other upload is. */
export async function openOoxml(params: DocOps['openOoxml']['params']): Promise<DocOps['openOoxml']['result']> {
  const ole = await openOle2(readerOf(await readFile(params.file)));
  const [info, encrypted] = await Promise.all([
    ole.stream('EncryptionInfo', 64 * 1024),
    ole.stream('EncryptedPackage', Number.MAX_SAFE_INTEGER),
  ]);
  if (info === null || encrypted === null || encrypted.length < 8)
    throw corrupt('it is encrypted, but its content is missing');
  const plain = decryptOoxml(info, encrypted, params.password);
  const { mediaType } = await sniffZip(readerOf(plain), params.limits, inflate);
  await writeFile(params.out, plain, { flag: 'wx' });
  return { mediaType };
}
