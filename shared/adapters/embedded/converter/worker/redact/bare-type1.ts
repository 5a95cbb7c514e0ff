/** A Type 1 font whose readable part says nothing: its strings (names, notices) and comments are blank. */
export function bareType1(bytes: Uint8Array, readable: number): Uint8Array {
  const text = Buffer.from(bytes.subarray(0, readable)).toString('latin1');
  const blank = text
    .replace(/\([^()]*\)/g, (found) => `(${' '.repeat(found.length - 2)})`)
    .replace(/%[^\r\n]*/g, (found, at: number) =>
      at === 0 ? found.slice(0, 2).padEnd(found.length) : ' '.repeat(found.length),
    );
  const out = Uint8Array.from(bytes);
  out.set(Buffer.from(blank, 'latin1'), 0);
  return out;
}
