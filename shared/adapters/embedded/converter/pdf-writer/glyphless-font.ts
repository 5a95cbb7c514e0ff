/**
 * A TrueType font (ISO/IEC 14496-22) with two glyphs, both empty, half an em wide: text set in it is searched and copied
 * and never seen. Every character of every script uses the second glyph; the PDF's ToUnicode map says what it stands for.
 */
export function glyphlessFont(): Buffer {
  const table = (bytes: number, fill: (table: Buffer) => void): Buffer => {
    const buffer = Buffer.alloc(bytes);
    fill(buffer);
    return buffer;
  };
  const unitsPerEm = 1000;
  const advance = 500;
  const tables: readonly (readonly [string, Buffer])[] = [
    ['glyf', Buffer.alloc(4)],
    [
      'head',
      table(54, (t) => {
        t.writeUInt32BE(0x00010000, 0);
        t.writeUInt32BE(0x00010000, 4);
        t.writeUInt32BE(0x5f0f3cf5, 12);
        t.writeUInt16BE(unitsPerEm, 18);
        t.writeInt16BE(advance, 40);
        t.writeInt16BE(800, 42);
        t.writeUInt16BE(8, 46);
        t.writeInt16BE(2, 48);
      }),
    ],
    [
      'hhea',
      table(36, (t) => {
        t.writeUInt32BE(0x00010000, 0);
        t.writeInt16BE(800, 4);
        t.writeInt16BE(-200, 6);
        t.writeUInt16BE(advance, 10);
        t.writeInt16BE(1, 18);
        t.writeUInt16BE(2, 34);
      }),
    ],
    [
      'hmtx',
      table(8, (t) => {
        t.writeUInt16BE(advance, 0);
        t.writeUInt16BE(advance, 4);
      }),
    ],
    ['loca', Buffer.alloc(6)],
    [
      'maxp',
      table(32, (t) => {
        t.writeUInt32BE(0x00010000, 0);
        t.writeUInt16BE(2, 4);
        t.writeUInt16BE(2, 14);
      }),
    ],
  ];
  const header = Buffer.alloc(12 + tables.length * 16);
  header.writeUInt32BE(0x00010000, 0);
  header.writeUInt16BE(tables.length, 4);
  header.writeUInt16BE(64, 6);
  header.writeUInt16BE(2, 8);
  header.writeUInt16BE(tables.length * 16 - 64, 10);
  const bodies: Buffer[] = [];
  let offset = header.length;
  for (const [index, [tag, body]] of tables.entries()) {
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    const at = 12 + index * 16;
    header.write(tag, at, 'latin1');
    header.writeUInt32BE(checksum(padded), at + 4);
    header.writeUInt32BE(offset, at + 8);
    header.writeUInt32BE(body.length, at + 12);
    bodies.push(padded);
    offset += padded.length;
  }
  const font = Buffer.concat([header, ...bodies]);
  const head = 12 + tables.findIndex(([tag]) => tag === 'head') * 16;
  font.writeUInt32BE((0xb1b0afba - checksum(font)) >>> 0, font.readUInt32BE(head + 8) + 8);
  return font;
}

function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4) sum = (sum + bytes.readUInt32BE(at)) >>> 0;
  return sum;
}
