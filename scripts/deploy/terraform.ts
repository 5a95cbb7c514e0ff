import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Commands } from './commands.ts';

const PLAN = 'recto.tfplan';

/** Terraform in the folders that `synth` wrote. */
export function terraform(commands: Commands, outdir: string) {
  const cache = path.join(path.dirname(outdir), 'providers');
  mkdirSync(cache, { recursive: true });
  const env = { TF_PLUGIN_CACHE_DIR: cache, TF_IN_AUTOMATION: '1', TF_INPUT: '0' };
  const here = (stack: string): string => `-chdir=${path.relative(process.cwd(), path.join(outdir, 'stacks', stack))}`;
  const run = (stack: string, ...args: string[]): Promise<void> =>
    commands.run('terraform', [here(stack), ...args], { env });
  return {
    /** Shows what would change, and keeps it for `apply`. */
    async plan(stack: string): Promise<void> {
      await run(stack, 'init');
      await run(stack, 'plan', `-out=${PLAN}`);
    },
    /** Does what the plan said, and nothing else. */
    apply: (stack: string): Promise<void> => run(stack, 'apply', PLAN),
    async destroy(stack: string): Promise<void> {
      await run(stack, 'init');
      await run(stack, 'destroy', '-auto-approve');
    },
    output: (stack: string, name: string, assume: string): Promise<string> =>
      commands.read('terraform', [here(stack), 'output', '-raw', name], assume),
  };
}
export type Terraform = ReturnType<typeof terraform>;
