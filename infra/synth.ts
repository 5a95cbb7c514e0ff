// `npm run synth -- --env dev --project my-project`: Terraform's JSON of every stack, into cdktf.out/<env>.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { STACKS } from './build-app.ts';
import { parseDeployment } from './deployment.ts';
import { environments } from './environments.ts';
import { synthesizeChecked } from './synthesize.ts';
import { validate } from './validate.ts';

const { values } = parseArgs({
  options: {
    env: { type: 'string' },
    project: { type: 'string' },
    domain: { type: 'string' },
    'alert-email': { type: 'string' },
    'billing-account': { type: 'string' },
    repository: { type: 'string' },
    release: { type: 'string', default: 'not-built' },
    validate: { type: 'boolean', default: false },
  },
});

// Without --env: all of them, under names of their own, to be looked at.
const wanted = values.env === undefined ? Object.keys(environments) : [values.env];
for (const env of wanted) {
  const deployment = parseDeployment({
    env,
    project: values.project ?? `recto-${env}`,
    domain: values.domain ?? (values.env === undefined ? `recto-${env}.example.com` : null),
    alertEmail: values['alert-email'],
    billingAccount: values['billing-account'],
    repository: values.repository,
    release: values.release,
  });
  const outdir = path.resolve(import.meta.dirname, '../cdktf.out', env);
  const started = performance.now();
  const { resources } = synthesizeChecked(deployment, outdir);
  process.stdout.write(
    `${env}: ${Object.keys(STACKS).length} stacks, ${resources.length} resources in ${Math.round(performance.now() - started)} ms, in ${path.relative(process.cwd(), outdir)}\n`,
  );
  if (!values.validate) continue;
  const { ok, lines } = validate(outdir, process.env);
  process.stdout.write(`${lines.join('\n')}\n`);
  if (!ok) process.exitCode = 1;
}
