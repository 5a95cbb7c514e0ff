/** Operators of a drawing and how many operands each has (PDF 32000-1, annex A); -1: any number of numbers, a name last. */
const OPERANDS: Readonly<Record<string, number>> = {
  ...{ q: 0, Q: 0, cm: 6, w: 1, J: 1, j: 1, M: 1, d: 2, ri: 1, i: 1, gs: 1 },
  ...{ m: 2, l: 2, c: 6, v: 4, y: 4, h: 0, re: 4, S: 0, s: 0, f: 0, F: 0, 'f*': 0, B: 0, 'B*': 0, b: 0, 'b*': 0, n: 0 },
  ...{ W: 0, 'W*': 0, BT: 0, ET: 0, Tc: 1, Tw: 1, Tz: 1, TL: 1, Tf: 2, Tr: 1, Ts: 1, Td: 2, TD: 2, Tm: 6, 'T*': 0 },
  ...{ Tj: 1, TJ: 1, "'": 1, '"': 3, CS: 1, cs: 1, SC: -1, SCN: -1, sc: -1, scn: -1 },
  ...{ G: 1, g: 1, RG: 3, rg: 3, K: 4, k: 4, sh: 1, Do: 1 },
};
const SHOWS_TEXT = new Set(['Tj', 'TJ', "'", '"']);
const TOKEN = /\s+|\((?:[^()\\]|\\[\s\S])*\)|<[0-9A-Fa-f\s]*>|\/[^\s()<>[\]{}/%]*|[[\]]|[^\s()<>[\]{}/%]+|[\s\S]/gy;

/**
 * Whether the content of a form is drawing and nothing else: operators that draw, each with its own operands, text only where
 * it is shown. Comments, marked content, unknown operators and operands to spare may say what nobody sees.
 */
export function isPlainDrawing(content: string): boolean {
  let operands = 0;
  let text = false;
  let depth = 0;
  for (const [token] of content.matchAll(TOKEN)) {
    if (/^[\s\0]+$/.test(token)) continue;
    const first = token[0] ?? '';
    if (first === '(' || first === '<') {
      if (token.length < 2) return false;
      text = true;
      if (depth === 0) operands++;
    } else if (token === '[') depth++;
    else if (token === ']') {
      if (--depth === 0) operands++;
    } else if (first === '/' || /^[-+]?[\d.]+(?:-\d*)?$/.test(token)) {
      if (depth === 0) operands++;
    } else {
      const wanted = Object.hasOwn(OPERANDS, token) ? OPERANDS[token] : undefined;
      if (wanted === undefined || depth !== 0) return false;
      if (wanted === -1 ? operands > 33 : operands !== wanted) return false;
      if (text && !SHOWS_TEXT.has(token)) return false;
      operands = 0;
      text = false;
    }
    if (depth < 0 || depth > 1) return false;
  }
  return operands === 0 && depth === 0;
}
