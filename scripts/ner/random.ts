/** Mulberry32: the same numbers for the same seed, so that training can be repeated. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** 0 to 1, 1 excluded. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[this.below(list.length)];
    if (item === undefined) throw new Error('Nothing to pick from: a list of the sources is empty.');
    return item;
  }

  /** Skewed to the front of a list that is in order of frequency. */
  front<T>(list: readonly T[], power = 2.5): T {
    return list[Math.floor(this.next() ** power * list.length)] ?? this.pick(list);
  }

  shuffle<T>(list: T[]): T[] {
    for (let i = list.length - 1; i > 0; i--) {
      const k = this.below(i + 1);
      const a = list[i];
      const b = list[k];
      if (a !== undefined && b !== undefined) {
        list[i] = b;
        list[k] = a;
      }
    }
    return list;
  }
}
