import type { Entity } from './entity.ts';

/** Between the parts of an address: blank, a comma, a line break with its quoting marks. */
const BETWEEN_PARTS = /^(?:,\s*|\s+|,?\s{0,4}\n[\s>?]{0,16})$/;

/**
 * Leaves no two entities overlapping: the surer wins where the scores differ clearly, else the longer. What a loser covers
 * beyond its winner is kept as a remainder of the loser's type, so that resolving never uncovers a character that was found.
 * Where `text` is given, what merely stands between two parts of an address is no remainder. Returned in order of their start.
 */
export function resolveOverlaps(entities: readonly Entity[], text = ''): Entity[] {
  const ranked = [...entities].sort(
    (a, b) =>
      Math.round(b.score * 10) - Math.round(a.score * 10) || b.end - b.start - (a.end - a.start) || a.start - b.start,
  );
  const kept = new Winners(text);
  for (const entity of ranked) kept.add(entity);
  return kept.inOrder();
}

/** Those of the places that the range touches, in their order; found by halves. They come in order and do not overlap. */
export function touchedBy<T extends { start: number; end: number }>(
  places: readonly T[],
  { start, end }: { start: number; end: number },
): T[] {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const touched: T[] = [];
  for (let place = places[low]; place !== undefined && place.start < end; place = places[++low]) touched.push(place);
  return touched;
}

/** Accepted entities in order of start, found by binary search in small sorted chunks, so that many entities stay cheap. */
class Winners {
  readonly #byStart: Entity[][] = [[]];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** What touches an entity of its own type is a remainder of the same value: one placeholder, not two. */
  inOrder(): Entity[] {
    const joined: Entity[] = [];
    for (const entity of this.#byStart.flat()) {
      const last = joined.at(-1);
      if (last !== undefined && last.end === entity.start && last.type === entity.type)
        joined[joined.length - 1] = { ...last, end: entity.end };
      else joined.push(entity);
    }
    return joined;
  }

  add(entity: Entity): void {
    const clash = this.#clashOf(entity);
    if (clash === undefined) {
      this.#insert(entity);
      return;
    }
    this.#addRest({ ...entity, end: clash.start });
    this.#addRest({ ...entity, start: clash.end });
  }

  #addRest(rest: Entity): void {
    if (rest.start >= rest.end) return;
    if (rest.type === 'ADDRESS' && BETWEEN_PARTS.test(this.#text.slice(rest.start, rest.end))) return;
    this.add(rest);
  }

  #chunkOf(start: number): number {
    let low = 0;
    let high = this.#byStart.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#byStart[middle]?.[0]?.start ?? 0) <= start) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The first accepted entity that overlaps it. */
  #clashOf(entity: Entity): Entity | undefined {
    for (let c = this.#chunkOf(entity.start); c < this.#byStart.length; c++) {
      const chunk = this.#byStart[c] ?? [];
      if (chunk[0] !== undefined && chunk[0].start >= entity.end) return undefined;
      const hit = chunk.find((other) => other.start < entity.end && other.end > entity.start);
      if (hit !== undefined) return hit;
    }
    return undefined;
  }

  #insert(entity: Entity): void {
    const index = this.#chunkOf(entity.start);
    const chunk = this.#byStart[index] ?? [];
    let at = chunk.length;
    while (at > 0 && (chunk[at - 1]?.start ?? 0) > entity.start) at--;
    chunk.splice(at, 0, entity);
    if (chunk.length > 128) this.#byStart.splice(index, 1, chunk.slice(0, 64), chunk.slice(64));
  }
}
