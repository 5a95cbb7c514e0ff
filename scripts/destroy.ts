import { destroy } from './deploy/destroy.ts';
import { DESTROY_USAGE, parseOptions } from './deploy/options.ts';
import { outsideOf } from './deploy/outside.ts';

// `npm run destroy -- --project ID --env dev`: see docs/deploy.md.
try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(DESTROY_USAGE);
  else await destroy(options, outsideOf(options));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
