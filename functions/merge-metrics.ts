/**
 * Joins the Prometheus expositions of several processes into one: each family once, its samples told apart by the label
 * `process`.
 */
export function mergeMetrics(sources: readonly { process: string; text: string }[]): string {
  const families = new Map<string, { head: string[]; samples: string[] }>();
  for (const { process, text } of sources) {
    let family = { head: [] as string[], samples: [] as string[] };
    for (const line of text.split('\n')) {
      const [, keyword, name] = /^# (HELP|TYPE) (\S+)/.exec(line) ?? [];
      if (name !== undefined) {
        const known = families.get(name);
        family = known ?? { head: [], samples: [] };
        if (known === undefined) families.set(name, family);
        if (!family.head.some((head) => head.startsWith(`# ${keyword} `))) family.head.push(line);
      } else if (line !== '') family.samples.push(labelled(line, process));
    }
  }
  return `${[...families.values()].flatMap(({ head, samples }) => [...head, ...samples]).join('\n')}\n`;
}

function labelled(sample: string, process: string): string {
  const end = sample.search(/[{ ]/);
  const name = sample.slice(0, end);
  const label = `process="${process}"`;
  return sample[end] === '{' ? `${name}{${label},${sample.slice(end + 1)}` : `${name}{${label}}${sample.slice(end)}`;
}
