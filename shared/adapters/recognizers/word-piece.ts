/** A word of a text with the numbers of its pieces. */
export interface PiecedWord {
  start: number;
  end: number;
  ids: number[];
}

/** Longer words are unknown, as in BERT's own tokenizer. */
const MAX_WORD = 100;
const WORD = /[\p{L}\p{N}\p{M}]+|[^\s\p{L}\p{N}\p{M}]/gu;

/** WordPiece as BERT has it (Wu et al. 2016): greedy, longest piece first, `##` for pieces inside a word. */
export function createWordPiece(vocabulary: readonly string[], lowerCase: boolean) {
  const ids = new Map(vocabulary.map((piece, id) => [piece, id]));
  const special = (piece: string): number => {
    const id = ids.get(piece);
    if (id === undefined) throw new RangeError(`The vocabulary lacks ${piece}: it is none of WordPiece.`);
    return id;
  };
  const unknown = special('[UNK]');
  const piecesOf = (word: string): number[] => {
    if (word.length > MAX_WORD) return [unknown];
    const found: number[] = [];
    for (let from = 0; from < word.length; ) {
      let to = word.length;
      let id: number | undefined;
      for (; to > from; to--) {
        id = ids.get((from > 0 ? '##' : '') + word.slice(from, to));
        if (id !== undefined) break;
      }
      if (id === undefined) return [unknown];
      found.push(id);
      from = to;
    }
    return found;
  };
  return {
    first: special('[CLS]'),
    last: special('[SEP]'),
    words: (text: string): PiecedWord[] =>
      Array.from(text.matchAll(WORD), (match) => {
        const plain = lowerCase ? match[0].toLowerCase().normalize('NFD').replace(/\p{M}/gu, '') : match[0];
        return { start: match.index, end: match.index + match[0].length, ids: piecesOf(plain) };
      }),
  };
}
