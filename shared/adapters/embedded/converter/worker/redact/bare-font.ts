/** Tables that draw glyphs (OpenType 1.9); names, notices, signatures and private tables are not among them. */
const TABLES = new Set([
  'cmap',
  'cvt ',
  'fpgm',
  'glyf',
  'head',
  'hhea',
  'hmtx',
  'loca',
  'maxp',
  'OS/2',
  'post',
  'prep',
  'vhea',
  'vmtx',
  'CFF ',
]);
const [VERSION_1, TRUE, OTTO] = [0x00010000, 0x74727565, 0x4f54544f];
const POST_WITHOUT_NAMES = 0x00030000;
const POST_LENGTH = 32;
const ENTRY = 16;

/** A TrueType or OpenType font with only the tables that draw, and no names of glyphs. Null when it is none. */
export function bareFont(bytes: Uint8Array): Uint8Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || ![VERSION_1, TRUE, OTTO].includes(view.getUint32(0))) return null;
  const tables: { tag: string; sum: number; data: Uint8Array }[] = [];
  for (let index = 0; index < view.getUint16(4); index++) {
    const at = 12 + index * ENTRY;
    if (at + ENTRY > bytes.length) return null;
    const tag = Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
    if (!TABLES.has(tag)) continue;
    const [offset, length] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (offset + length > bytes.length) return null;
    tables.push({
      tag,
      sum: view.getUint32(at + 4),
      data: tag === 'post' ? bare(bytes, offset, length) : bytes.subarray(offset, offset + length),
    });
  }
  return tables.length === 0 ? null : join(view.getUint32(0), tables);
}

function bare(bytes: Uint8Array, offset: number, length: number): Uint8Array {
  const post = new Uint8Array(POST_LENGTH);
  post.set(bytes.subarray(offset, offset + Math.min(length, POST_LENGTH)));
  new DataView(post.buffer).setUint32(0, POST_WITHOUT_NAMES);
  return post;
}

function join(version: number, tables: readonly { tag: string; sum: number; data: Uint8Array }[]): Uint8Array {
  const padded = (length: number): number => (length + 3) & ~3;
  const head = 12 + tables.length * ENTRY;
  const out = new Uint8Array(head + tables.reduce((sum, { data }) => sum + padded(data.length), 0));
  const view = new DataView(out.buffer);
  const power = 2 ** Math.floor(Math.log2(tables.length));
  view.setUint32(0, version);
  view.setUint16(4, tables.length);
  view.setUint16(6, power * 16);
  view.setUint16(8, Math.log2(power));
  view.setUint16(10, tables.length * 16 - power * 16);
  let at = head;
  tables.forEach(({ tag, sum, data }, index) => {
    const entry = 12 + index * ENTRY;
    out.set(Buffer.from(tag, 'latin1'), entry);
    view.setUint32(entry + 4, sum);
    view.setUint32(entry + 8, at);
    view.setUint32(entry + 12, data.length);
    out.set(data, at);
    at += padded(data.length);
  });
  return out;
}
