/** CRC-32C (Castagnoli; RFC 3720 appendix B.4), eight bytes a step ("slicing-by-8", Kounavis and Berry, 2005). */
const POLYNOMIAL = 0x82f63b78;

const TABLES: readonly Uint32Array[] = (() => {
  const tables = Array.from({ length: 8 }, () => new Uint32Array(256));
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    const [first] = tables;
    if (first !== undefined) first[byte] = crc;
  }
  for (let byte = 0; byte < 256; byte++) {
    let crc = tables[0]?.[byte] ?? 0;
    for (let slice = 1; slice < 8; slice++) {
      crc = (tables[0]?.[crc & 0xff] ?? 0) ^ (crc >>> 8);
      const table = tables[slice];
      if (table !== undefined) table[byte] = crc;
    }
  }
  return tables;
})();

/** The checksum of what `crc` stands for followed by `data`; begin with 0. An unsigned 32-bit number. */
export function crc32c(data: Uint8Array, crc = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES;
  if (!t0 || !t1 || !t2 || !t3 || !t4 || !t5 || !t6 || !t7) return 0;
  let c = ~crc;
  let at = 0;
  // Indexes are below 256, so no lookup is undefined; the zeros only satisfy the type.
  for (const end = data.length - 7; at < end; at += 8) {
    const low =
      c ^ ((data[at] ?? 0) | ((data[at + 1] ?? 0) << 8) | ((data[at + 2] ?? 0) << 16) | ((data[at + 3] ?? 0) << 24));
    c =
      (t7[low & 0xff] ?? 0) ^
      (t6[(low >>> 8) & 0xff] ?? 0) ^
      (t5[(low >>> 16) & 0xff] ?? 0) ^
      (t4[low >>> 24] ?? 0) ^
      (t3[data[at + 4] ?? 0] ?? 0) ^
      (t2[data[at + 5] ?? 0] ?? 0) ^
      (t1[data[at + 6] ?? 0] ?? 0) ^
      (t0[data[at + 7] ?? 0] ?? 0);
  }
  for (; at < data.length; at++) c = (t0[(c ^ (data[at] ?? 0)) & 0xff] ?? 0) ^ (c >>> 8);
  return ~c >>> 0;
}

/** As Google's APIs write it: four bytes, most significant first, in base64. */
export function crc32cBase64(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString('base64');
}
