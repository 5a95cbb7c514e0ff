import os from 'node:os';

export interface Row {
  name: string;
  ours: number;
  /** What the same thing takes elsewhere, measured in the same run; null where there is nothing to compare with. */
  peer: number | null;
  unit: string;
  /** What it should be, for the reader; e.g. `<= 50`. */
  goal?: string;
}

export const percentile = (values: readonly number[], p: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))] ?? 0;

/** Prints the rows as a table and, with `--json`, as one line of JSON last. */
export function report(bench: string, rows: readonly Row[]): void {
  const machine = `${os.cpus()[0]?.model.trim() ?? 'unknown'}, ${os.availableParallelism()} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
  process.stdout.write(`\n${bench}: ${machine}, ${new Date().toISOString().slice(0, 10)}\n`);
  const shown = rows.map(({ name, ours, peer, unit, goal }) => ({
    name,
    ours: round(ours),
    peer: peer === null ? '' : round(peer),
    ratio: peer === null ? '' : round(ours / peer),
    unit,
    goal: goal ?? '',
  }));
  console.table(shown);
  if (!process.argv.includes('--json')) return;
  const json = rows.map(({ name, ours, peer, unit }) => ({
    name,
    ours: round(ours),
    peer: peer === null ? null : round(peer),
    ratio: peer === null ? null : round(ours / peer),
    unit,
  }));
  process.stdout.write(`${JSON.stringify({ bench, machine, rows: json })}\n`);
}

const round = (value: number): number => Number(value.toPrecision(4));
