/** What glyphs are called; they are looked up by it. */
const PLAIN = /^[A-Za-z.]{1,24}[-_.]?[0-9A-Fa-f]{0,5}$/;

/** A compact font (CFF, Adobe technical note 5176) whose names and notices are blank. Null when it cannot be read. */
export function bareCff(bytes: Uint8Array): Uint8Array | null {
  const out = Uint8Array.from(bytes);
  const names = indexAt(out, out[2] ?? 0);
  const tops = names === null ? null : indexAt(out, names.end);
  const strings = tops === null ? null : indexAt(out, tops.end);
  if (names === null || strings === null) return null;
  for (const [from, to] of names.items) out.fill(0x41, from, to);
  for (const [from, to] of strings.items)
    if (!PLAIN.test(Buffer.from(out.subarray(from, to)).toString('latin1'))) out.fill(0x41, from, to);
  return out;
}

function indexAt(bytes: Uint8Array, at: number): { items: [number, number][]; end: number } | null {
  const count = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  if (count === 0) return { items: [], end: at + 2 };
  const size = bytes[at + 2] ?? 0;
  if (size < 1 || size > 4) return null;
  const base = at + 2 + (count + 1) * size;
  const offset = (index: number): number => {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + (bytes[at + 3 + index * size + i] ?? 0);
    return base + value;
  };
  const items = Array.from({ length: count }, (_, index): [number, number] => [offset(index), offset(index + 1)]);
  const end = offset(count);
  return end > bytes.length || items.some(([from, to]) => to < from) ? null : { items, end };
}
