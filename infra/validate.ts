import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

export interface Validation {
  /** Whether Terraform looked at it at all. */
  ran: boolean;
  /** What to print: why it was not run, or each stack with what Terraform said. */
  lines: string[];
  ok: boolean;
}

const notRun = (why: string): Validation => ({
  ran: false,
  ok: true,
  lines: [`terraform validate: not run: ${why}`],
});
const PROVIDER = 'registry.terraform.io/hashicorp/google';
const MINUTES_MS = 300_000;

/**
 * Has Terraform compare every stack with the schemas of the providers. They are taken from the folder that TF_PLUGIN_DIR
 * names, laid out as a file system mirror; without one it says that it was not run, and why.
 */
export function validate(outdir: string, env: Readonly<Record<string, string | undefined>>): Validation {
  const plugins = env.TF_PLUGIN_DIR;
  if (plugins === undefined) return notRun('TF_PLUGIN_DIR names no folder of providers');
  if (!existsSync(path.join(plugins, PROVIDER))) return notRun(`${plugins} has no ${PROVIDER}`);
  if (spawnSync('terraform', ['version'], { env: { ...env }, timeout: MINUTES_MS }).status !== 0)
    return notRun('there is no terraform');
  const lines: string[] = [];
  let ok = true;
  for (const stack of readdirSync(path.join(outdir, 'stacks'))) {
    const here = `-chdir=${path.join(outdir, 'stacks', stack)}`;
    for (const args of [
      [here, 'init', '-backend=false', '-input=false', `-plugin-dir=${plugins}`],
      [here, 'validate'],
    ]) {
      const { status, stderr, stdout } = spawnSync('terraform', args, {
        encoding: 'utf8',
        env: { ...env },
        timeout: MINUTES_MS,
      });
      if (status === 0) continue;
      ok = false;
      lines.push(`${stack}: ${`${stderr}${stdout}`.trim()}`);
      break;
    }
  }
  return { ran: true, ok, lines: ok ? ['terraform validate: every stack is valid'] : lines };
}
