import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseDeployment } from '../../infra/deployment.ts';
import { type Commands, dryCommands } from './commands.ts';
import { deploy, type Outside } from './deploy.ts';
import { destroy } from './destroy.ts';
import { firstKey } from './first-key.ts';
import { parseOptions } from './options.ts';
import { GPU_QUOTA, preflight } from './preflight.ts';
import { releaseName } from './release.ts';
import { seedSecrets } from './seed-secrets.ts';

let outdir: string;
let lines: string[];
beforeEach(() => {
  outdir = path.join(mkdtempSync(path.join(tmpdir(), 'recto-deploy-')), 'env');
  lines = [];
});
afterEach(() => rmSync(path.dirname(outdir), { recursive: true, force: true }));

/** Answers in place of what a dry run assumes, by a part of the command. */
type Answers = Readonly<Record<string, string | Error>>;

function outside(answers: Answers = {}, over: Partial<Outside> = {}): Outside {
  const dry = dryCommands((line) => lines.push(line.replaceAll(path.relative(process.cwd(), outdir), 'cdktf.out/env')));
  const commands: Commands = {
    ...dry,
    async read(command, args, assume) {
      const answer = await dry.read(command, args, assume);
      const given = Object.entries(answers).find(([part]) => [command, ...args].join(' ').includes(part))?.[1];
      if (given instanceof Error) throw given;
      return given ?? answer;
    },
  };
  return {
    commands,
    say: (line) => void lines.push(line),
    ask: async () => 'yes',
    fetch: async () => {
      throw new Error('A dry run asks nobody.');
    },
    sleep: async () => undefined,
    now: () => 0,
    packageFunctions: () => ({}),
    outdir,
    ...over,
  };
}

const run = (argv: string, answers?: Answers, over?: Partial<Outside>) =>
  deploy(parseOptions(argv.split(' ')), outside(answers, over));
const record = (name: string): string => path.resolve(import.meta.dirname, 'recorded', `${name}.txt`);
const PROD = '--project my-project --env prod --domain recto.example.com --dry-run';
const applied = (): string[] => lines.filter((line) => line.startsWith('terraform') && line.includes(' apply '));

describe('the commands of a dry run are those recorded:', () => {
  test('a development environment', async () => {
    await run('--project my-project --dry-run');
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(record('deploy-dev'));
  });

  test('production, with a GPU and a domain', async () => {
    await run(`${PROD} --alert-email a@example.com --billing-account 012345-6789AB-CDEF01 --repository example/recto`);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(record('deploy-prod'));
  });

  test('a release to production', async () => {
    await run(`${PROD} --release-only`);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(record('release-prod'));
  });

  test('taking a development environment down', async () => {
    await destroy(parseOptions(['--project', 'my-project', '--dry-run']), outside());
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(record('destroy-dev'));
  });
});

describe('a deployment that cannot go well ends before it changes anything:', () => {
  const QUOTA = (value: string): string =>
    JSON.stringify({
      dimensionsInfos: [{ applicableLocations: ['us-central1'], details: { value } }, { details: { value: '9' } }],
    });
  test.each([
    ['no account', '--project my-project', { 'auth list': '' }, 'gcloud auth login'],
    [
      'no credentials',
      '--project my-project',
      { 'print-access-token': new Error('none') },
      'application-default login',
    ],
    ['no such project', '--project my-project', { 'projects describe': new Error('denied') }, 'cannot be seen'],
    ['a deleted project', '--project my-project', { 'projects describe': 'DELETE_REQUESTED' }, 'is DELETE_REQUESTED'],
    ['no billing', '--project my-project', { billingEnabled: 'False' }, 'gcloud billing projects link my-project'],
    ['an old Terraform', '--project my-project', { 'version -json': '{"terraform_version":"1.5.7"}' }, '1.9 or newer'],
    ['no Cloud Run there', '--project my-project', { 'regions list': 'europe-west1\nasia-east1' }, 'us-central1'],
    ['no GPU', PROD, { 'quotas info': QUOTA('1') }, `may have 1 L4 GPUs .* up to 3.*${GPU_QUOTA}`],
    ['uncommitted work for prod', PROD, { 'status --porcelain': ' M a.ts' }, 'prod takes commits only'],
  ])('%s', async (_name, argv, answers, says) => {
    await expect(run(argv, answers)).rejects.toThrow(new RegExp(says));
    expect(lines.filter((line) => line.startsWith('terraform') && !line.includes('version'))).toEqual([]);
  });

  test('a domain that is missing, before any command', async () => {
    await expect(run('--project my-project --env prod')).rejects.toThrow(/--domain/);
    expect(lines).toEqual([]);
  });

  test('a plan that nobody says yes to', async () => {
    await expect(run('--project my-project', {}, { ask: async () => 'no' })).rejects.toThrow('Nothing was changed');
    expect(applied()).toEqual([]);
    expect(lines.some((line) => line.includes(' plan '))).toBe(true);
  });
});

test('uncommitted work gets a name of its own outside of prod', async () => {
  const { commands } = outside({ 'status --porcelain': ' M a.ts' });
  expect(await releaseName(commands, 'dev', () => 46_656)).toBe('0123456789ab-1000');
  expect(await releaseName(outside().commands, 'dev', () => 0)).toBe('0123456789ab');
});

test('a GPU quota that names no region counts for all of them', async () => {
  const anywhere = JSON.stringify({ dimensionsInfos: [{ details: { value: '3' } }] });
  const { commands } = outside({ 'quotas info': anywhere });
  const prod = parseDeployment({ env: 'prod', project: 'my-project', domain: 'recto.example.com', release: 'a' });
  await expect(preflight(commands, prod, false)).resolves.toBeUndefined();
});

test('values of secrets are never shown, and kept when there are some', async () => {
  await seedSecrets(outside().commands, 'my-project');
  expect(lines.filter((line) => line.includes('versions add'))).toEqual([
    'gcloud secrets versions add metrics-token --data-file=- --project=my-project < (a value that is not shown)',
  ]);
  lines = [];
  await seedSecrets(outside({ 'versions list metrics-token': 'versions/1' }).commands, 'my-project');
  expect(lines.filter((line) => line.includes('versions add'))).toEqual([]);
});

test('a first key that never comes is told, not waited for without end', async () => {
  const { commands, sleep } = outside({ 'versions list first-api-key': '' });
  const dev = parseDeployment({ env: 'dev', project: 'my-project', release: 'a' });
  await expect(firstKey(commands, dev, sleep)).rejects.toThrow(/no first key within two minutes/);
});

describe('an environment is taken down only', () => {
  test('by who types its project', async () => {
    const options = parseOptions(['--project', 'my-project']);
    await expect(destroy(options, outside({}, { ask: async () => 'yes' }))).rejects.toThrow('Nothing was changed');
    expect(lines).toEqual([]);
    await destroy(options, outside({}, { ask: async () => 'my-project' }));
    expect(lines.some((line) => line.includes('destroy -auto-approve'))).toBe(true);
    // Keys stay.
    expect(lines.filter((line) => /stacks\/(kms|project) /.test(line))).toEqual([]);
  });

  test('with a flag for prod', async () => {
    const options = parseOptions(['--project', 'my-project', '--env', 'prod', '--domain', 'recto.example.com']);
    await expect(destroy(options, outside())).rejects.toThrow('--allow-prod');
    expect(lines).toEqual([]);
  });
});
