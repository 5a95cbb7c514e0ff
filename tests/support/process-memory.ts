import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessMemory {
  pid: number;
  command: string;
  /** Bytes in memory now, and at most since the start. */
  rss: number;
  peak: number;
}

/** A process and all it started, from /proc: Linux only. */
export function memoryOfTree(root: number): ProcessMemory[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = field(read(name, 'status'), 'PPid');
    if (parent !== null) parents.set(Number(name), parent);
  }
  const tree = [...parents.keys()].filter((pid) => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at))
      if (at === root) return true;
    return false;
  });
  return tree.flatMap((pid) => {
    const status = read(String(pid), 'status');
    const rss = field(status, 'VmRSS');
    const peak = field(status, 'VmHWM');
    const command = read(String(pid), 'cmdline').replaceAll('\0', ' ').trim();
    return rss === null || peak === null ? [] : [{ pid, command, rss: rss * 1024, peak: peak * 1024 }];
  });
}

/** A process may end while we look: then there is nothing to read. */
function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function field(status: string, name: string): number | null {
  const found = new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1];
  return found === undefined ? null : Number(found);
}
