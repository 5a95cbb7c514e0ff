/** Something found in a text. Offsets are UTF-16 units, half open. The value itself is never part of it. */
export interface Entity {
  /** `CREDIT_CARD`, `PERSON`, …: see `registry.ts`. */
  type: string;
  start: number;
  end: number;
  /** 0 to 1: how sure, compared with the policy's threshold. */
  score: number;
  recognizer: string;
  /** What made it fire, without the value: `checksum`, `context`, … */
  why: string;
}
