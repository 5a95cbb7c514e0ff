// Runs before `npm start` and `npm test`, on whatever Node the machine has, before anything is installed: built-ins only.
// Installs the npm packages and the programs that Office conversion needs. Never asks, and never fails the start
// because of a program: without LibreOffice everything but Office conversion works.
//   --tests    also looks for a Chromium, which the browser test drives, and for ffmpeg, which tests of recordings need, and
//              installs what --infra does
//   --infra    also installs the packages of infra/, which running the product does not need
//   --require  fails when a program is missing in the end (CI)
// RECTO_SETUP_SYSTEM=0 leaves the system's packages alone.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemPlan } from './system-packages.mjs';

const root = process.env.RECTO_SETUP_ROOT ?? path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const modules = path.join(root, 'node_modules');
const stampFile = path.join(modules, '.recto-setup');
const RETRY_AFTER_MS = 24 * 3600 * 1000;

const say = (line) => process.stdout.write(`setup: ${line}\n`);

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null; // absent or half written: the same as never set up
  }
}

function writeStamp(stamp) {
  if (!existsSync(modules)) return;
  writeFileSync(`${stampFile}.tmp`, JSON.stringify(stamp));
  renameSync(`${stampFile}.tmp`, stampFile);
}

/** True when node_modules of the folder holds every package of the lockfile in its version, whoever installed it. */
function installedMatches(lock, folder) {
  const installed = readJson(path.join(folder, 'node_modules/.package-lock.json'));
  if (installed === null) return false;
  return Object.entries(lock.packages ?? {}).every(
    ([name, wanted]) =>
      name === '' || wanted.optional === true || installed.packages?.[name]?.version === wanted.version,
  );
}

/** The npm that called us; else the first on PATH that `npm ci` does not delete while it runs. */
function npmCommand() {
  const node = process.env.npm_node_execpath ?? process.execPath;
  const cli = process.env.npm_execpath;
  if (cli?.endsWith('.js') && !node.startsWith(modules)) return { command: node, args: [cli] };
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] };
}

function npm(folder, ...args) {
  const { command, args: first } = npmCommand();
  const outside = (process.env.PATH ?? '').split(path.delimiter).filter((dir) => !dir.startsWith(modules));
  // onnxruntime-node would fetch CUDA libraries from elsewhere where it sees a CUDA toolkit; what runs here needs none.
  const env = { ONNXRUNTIME_NODE_INSTALL: 'skip', ...process.env, PATH: outside.join(path.delimiter) };
  return (
    spawnSync(command, [...first, ...args], { cwd: folder, stdio: 'inherit', env, shell: process.platform === 'win32' })
      .status === 0
  );
}

/** True when the scripts that follow get a Node that runs TypeScript. */
function hasRuntime() {
  const local = path.join(modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  const candidate = existsSync(local) ? local : process.execPath;
  const { stdout } = spawnSync(candidate, ['--version'], { encoding: 'utf8' });
  return Number(/^v(\d+)\./.exec(stdout ?? '')?.[1] ?? 0) >= 24;
}

function install(folder) {
  if (npm(folder, 'ci', '--loglevel=error') || npm(folder, 'install', '--loglevel=error')) return;
  say('npm could not install the packages; its messages above say why. Mend that and start again.');
  process.exit(1);
}

function packages(stamp) {
  const text = readFileSync(path.join(root, 'package-lock.json'));
  const digest = createHash('sha256').update(text).update(`${process.platform}-${process.arch}`).digest('hex');
  const there = ['.package-lock.json', 'node/package.json'].every((file) => existsSync(path.join(modules, file)));
  if (stamp.lock === digest && there) return stamp;
  if (!installedMatches(JSON.parse(text.toString('utf8')), root)) {
    say('installing npm packages (about a minute the first time)');
    install(root);
  }
  if (!hasRuntime()) npm(root, 'rebuild', 'node');
  if (!hasRuntime()) {
    say('Node 24 is missing: the npm package `node` brings it, unless install scripts are switched off.');
    say('Run `npm config delete ignore-scripts` and `npm rebuild node`, or install Node 24 yourself.');
    process.exit(1);
  }
  return { ...stamp, lock: digest };
}

/** The description of the cloud needs a provider's classes, 300 MB: whoever only runs the product is spared them. */
function infraPackages() {
  const folder = path.join(root, 'infra');
  const lock = readJson(path.join(folder, 'package-lock.json'));
  if (lock === null || installedMatches(lock, folder)) return;
  say('installing the packages of infra/ (300 MB, the first time)');
  install(folder);
}

function system(stamp, wanted) {
  const plan = systemPlan(wanted, stamp.found ?? {});
  if (plan.missing.length === 0) return { ...stamp, found: plan.found, tried: null };
  const names = plan.missing.join(', ');
  const effect = plan.missing.includes('LibreOffice')
    ? ' Office files cannot be converted until then; all else works.'
    : '';
  const byHand = () =>
    say(plan.command === null ? `install ${names}.${effect}` : `to install ${names}: ${plan.command}.${effect}`);
  const recent = stamp.tried?.names === names && Date.now() - stamp.tried.at < RETRY_AFTER_MS;
  if (process.env.RECTO_SETUP_SYSTEM === '0' || plan.steps === null || recent) {
    byHand();
    return { ...stamp, found: plan.found };
  }
  say(`installing ${names} (a few hundred MB, once): ${plan.command}`);
  for (const [command, ...args] of plan.steps) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    // A failed step is not the end: what counts is what is there afterwards.
    spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env, timeout: 20 * 60 * 1000 });
  }
  const after = systemPlan(wanted, {});
  if (after.missing.length === 0) {
    say('done');
    return { ...stamp, found: after.found, tried: null };
  }
  say(`the package manager could not install ${after.missing.join(', ')}`);
  byHand();
  return { ...stamp, found: after.found, tried: { names: after.missing.join(', '), at: Date.now() } };
}

const before = readJson(stampFile) ?? {};
const wanted = ['office', 'fonts', ...(process.argv.includes('--tests') ? ['browser', 'media'] : [])];
const installed = packages(before);
if (process.argv.includes('--tests') || process.argv.includes('--infra')) infraPackages();
const after = system(installed, wanted);
if (JSON.stringify(before) !== JSON.stringify(after)) writeStamp(after);
if (process.argv.includes('--require') && systemPlan(wanted, after.found).missing.length > 0) process.exit(1);
