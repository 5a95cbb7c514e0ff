import { deploy } from './deploy/deploy.ts';
import { DEPLOY_USAGE, parseOptions } from './deploy/options.ts';
import { outsideOf } from './deploy/outside.ts';

// `npm run deploy -- --project ID --env dev`: see docs/deploy.md.
try {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(DEPLOY_USAGE);
  else {
    const { url, key } = await deploy(options, outsideOf(options));
    process.stdout.write(`\nRecto is at ${url}\n${key === null ? '' : `The first key: ${key}\n`}`);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
