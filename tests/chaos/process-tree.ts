import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessInfo {
  pid: number;
  parent: number;
  command: string;
}

/** Every process below `root`, root first. Linux only (reads /proc). */
export function processTree(root: number): ProcessInfo[] {
  const all = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => describe(Number(pid)));
  const children = Map.groupBy(all, (process) => process.parent);
  const tree = all.filter((process) => process.pid === root);
  for (const process of tree) tree.push(...(children.get(process.pid) ?? []));
  return tree;
}

function describe(pid: number): ProcessInfo[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the fields after it are plain.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return [];
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return [{ pid, parent: Number(parent), command }];
  } catch {
    // It ended while we looked.
    return [];
  }
}

/** True if the process was there to be killed. */
export function kill(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
