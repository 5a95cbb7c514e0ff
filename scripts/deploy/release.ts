import type { Commands } from './commands.ts';

/** What images and revisions are named by: the commit. Uncommitted work gets a name of its own, and never reaches prod. */
export async function releaseName(commands: Commands, env: string, now: () => number): Promise<string> {
  const commit = await commands.read('git', ['rev-parse', '--short=12', 'HEAD'], '0123456789ab');
  const changed = await commands.read('git', ['status', '--porcelain'], '');
  if (changed === '') return commit;
  if (env === 'prod')
    throw new Error('There is uncommitted work: prod takes commits only. Commit it, or put it aside.');
  return `${commit}-${now().toString(36)}`;
}
