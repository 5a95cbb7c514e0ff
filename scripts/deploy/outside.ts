import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { dryCommands, systemCommands } from './commands.ts';
import { type Outside, outdirOf } from './deploy.ts';
import { requireDockerfiles } from './images.ts';
import type { Options } from './options.ts';
import { packageFunctions } from './package-functions.ts';

const root = path.resolve(import.meta.dirname, '../..');

async function ask(question: string): Promise<string> {
  if (!process.stdin.isTTY) return '';
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

/** This machine and the network; in a dry run, neither. */
export function outsideOf(options: Options): Outside {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  return {
    commands: options.dryRun ? dryCommands((line) => say(`   $ ${line}`)) : systemCommands,
    say,
    ask,
    fetch,
    sleep: (ms) => sleep(ms),
    now: Date.now,
    packageFunctions: () => {
      if (options.dryRun) return {};
      requireDockerfiles(root);
      return packageFunctions(root);
    },
    outdir: outdirOf(root, options.deployment.env),
  };
}
