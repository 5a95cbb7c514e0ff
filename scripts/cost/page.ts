import { type CostLine, cpuOcr, gpuOcr, perMillionPages, perMonth } from './model.ts';
import { PRICES } from './prices.ts';
import { USAGE_FROM, type Usage } from './usage.ts';

const dollars = (usd: number): string => (usd < 10 ? usd.toFixed(2) : Math.round(usd).toLocaleString('en-US'));
const sum = (lines: readonly CostLine[]): number => lines.reduce((total, { usd }) => total + usd, 0);
const rows = (lines: readonly CostLine[]): string[] =>
  lines.map(({ what, usd, because }) => `| ${what} | ${dollars(usd)} | ${because} |`);

/** Pages a second that an L4 may turn out to read, and how busy it may be. */
const SPEEDS = [1, 2, 5, 10, 20, 40];
const BUSY = [0.25, 0.5, 0.8];

/** The generated part of docs/cost.md. */
export function costTables(usage: Usage): string {
  const from = new Map(Object.entries(USAGE_FROM));
  const rest = perMillionPages(usage);
  const fixed = perMonth();
  const gpu = gpuOcr(usage);
  const cpu = cpuOcr(usage);
  return [
    '| a million pages | USD | |',
    '|---|---|---|',
    `| OCR on an L4 | ${dollars(gpu)} | ${usage.gpuPagesPerSecond} pages/s, ${usage.utilisation * 100}% of the time |`,
    `| or OCR on processors | ${dollars(cpu)} | ${usage.cpuPagesPerSecond} pages/s on 4 vCPU, 8 GiB, while it reads |`,
    ...rows(rest),
    `| **Sum with the GPU** | **${dollars(gpu + sum(rest))}** | |`,
    `| **Sum without** | **${dollars(cpu + sum(rest))}** | |`,
    '',
    '| a month, production, nothing to do | USD | |',
    '|---|---|---|',
    ...rows(fixed),
    `| **Sum** | **${dollars(sum(fixed))}** | |`,
    `| a GPU that is never let go (\`ocrGpu.min: 1\`) | ${dollars(30 * 86_400 * PRICES.l4Instance.usd)} | |`,
    '',
    `| OCR of a million pages on an L4, USD | ${BUSY.map((busy) => `${busy * 100}% busy`).join(' | ')} |`,
    `|---|${BUSY.map(() => '---|').join('')}`,
    ...SPEEDS.map(
      (speed) =>
        `| ${speed} pages/s | ${BUSY.map((busy) => dollars(gpuOcr({ ...usage, gpuPagesPerSecond: speed, utilisation: busy }))).join(' | ')} |`,
    ),
    '',
    `An L4 is cheaper than processors from ${(PRICES.l4Instance.usd / (cpu / (1e6 * usage.ocrShare)) / usage.utilisation).toFixed(1)} pages/s at that load.`,
    '',
    '| taken as given | | from |',
    '|---|---|---|',
    ...Object.entries(usage).map(([name, value]) => `| ${name} | ${value} | ${from.get(name) ?? ''} |`),
    '',
    '| price | USD | per | noted | from |',
    '|---|---|---|---|---|',
    ...Object.values(PRICES).map(
      (price) =>
        `| ${price.what} | ${Number(price.usd.toPrecision(4))} | ${price.per} | ${price.noted} | ${price.from} |`,
    ),
  ].join('\n');
}
