import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const setup = path.resolve(import.meta.dirname, 'setup.mjs');
let home: string;

/** A program of the fake machine: notes how it was called, then runs `body`. */
function program(name: string, body = ''): void {
  const file = path.join(home, 'bin', name);
  writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> "${home}/calls"\n${body}\n`, { mode: 0o755 });
}

const calls = (): string =>
  existsSync(path.join(home, 'calls')) ? readFileSync(path.join(home, 'calls'), 'utf8') : '';

function run(args: string[] = [], env: Record<string, string> = {}): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [setup, ...args], {
    encoding: 'utf8',
    env: {
      PATH: path.join(home, 'bin'),
      HOME: home,
      RECTO_SETUP_ROOT: path.join(home, 'repo'),
      RECTO_SETUP_SYSROOT: path.join(home, 'sys'),
      ...env,
    },
  });
}

function lockfile(file: string, version: string): void {
  writeFileSync(file, JSON.stringify({ packages: { 'node_modules/thing': { version } } }));
}

/** What `apt-get install` would leave behind. */
const installEverything = `
mkdir -p ${'$'}SYS/usr/share/fonts/truetype/liberation
printf '#!/bin/sh\\nexit 0\\n' > ${'$'}BIN/soffice
printf '#!/bin/sh\\nexit 0\\n' > ${'$'}BIN/python3
/bin/chmod +x ${'$'}BIN/soffice ${'$'}BIN/python3`;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'recto-setup-'));
  for (const dir of ['bin', 'sys', 'repo/node_modules/.bin', 'repo/node_modules/node'])
    mkdirSync(path.join(home, dir), { recursive: true });
  lockfile(path.join(home, 'repo/package-lock.json'), '1.0.0');
  lockfile(path.join(home, 'repo/node_modules/.package-lock.json'), '1.0.0');
  symlinkSync(process.execPath, path.join(home, 'repo/node_modules/.bin/node'));
  writeFileSync(path.join(home, 'repo/node_modules/node/package.json'), '{}');
  for (const tool of ['mkdir', 'cat', 'cp']) symlinkSync(`/bin/${tool}`, path.join(home, 'bin', tool));
  program('npm', 'exit 1');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('setup of the npm packages', () => {
  test('leaves an installed tree alone, whoever installed it', () => {
    const result = run();
    expect(result.status).toBe(0);
    expect(calls()).not.toContain('npm');
  });

  test('installs again when the lockfile asks for another version', () => {
    lockfile(path.join(home, 'repo/package-lock.json'), '2.0.0');
    program('npm', `cp "${home}/repo/package-lock.json" "${home}/repo/node_modules/.package-lock.json"`);
    expect(run().status).toBe(0);
    expect(calls()).toContain('npm ci');
    expect(run().status).toBe(0);
    expect(calls().match(/npm ci/g)).toHaveLength(1);
  });

  test('falls back to npm install, and fails in words when that fails as well', () => {
    lockfile(path.join(home, 'repo/package-lock.json'), '2.0.0');
    const result = run();
    expect(result.status).toBe(1);
    expect(calls()).toMatch(/npm ci.*\nnpm install/);
    expect(result.stdout).toContain('npm could not install the packages');
  });

  test('installs the packages of infra only for those who ask for them', () => {
    const infra = path.join(home, 'repo/infra');
    mkdirSync(path.join(infra, 'node_modules'), { recursive: true });
    lockfile(path.join(infra, 'package-lock.json'), '3.0.0');
    program('npm', `pwd >> "${home}/calls"; cp package-lock.json node_modules/.package-lock.json`);
    expect(run().status).toBe(0);
    expect(calls()).not.toContain('npm');
    expect(run(['--infra']).status).toBe(0);
    expect(calls()).toMatch(/npm ci .*\n.*\/repo\/infra\n/);
    expect(run(['--tests']).status).toBe(0);
    expect(calls().match(/npm ci/g)).toHaveLength(1);
  });

  test('refuses to go on without Node 24', () => {
    rmSync(path.join(home, 'repo/node_modules/.bin/node'));
    const old = path.join(home, 'repo/node_modules/.bin/node');
    writeFileSync(old, '#!/bin/sh\necho v20.1.0\n', { mode: 0o755 });
    const result = run();
    expect(result.status).toBe(1);
    expect(calls()).toContain('npm rebuild node');
    expect(result.stdout).toContain('Node 24 is missing');
  });
});

describe('setup of the system', () => {
  test('installs what is missing through apt-get without asking, once', () => {
    program('sudo', 'if [ "$2" = true ]; then exit 0; fi\nshift\n"$@"');
    program('apt-get', `if [ "$1" = install ]; then BIN="${home}/bin" SYS="${home}/sys"; ${installEverything}\nfi`);
    const result = run();
    expect(result.status).toBe(0);
    expect(calls()).toMatch(
      /apt-get install -y --no-install-recommends libreoffice-writer .*python3-uno fonts-liberation/,
    );
    expect(result.stdout).toContain('done');
    const before = calls();
    expect(run().stdout).toBe('');
    expect(calls()).toBe(before);
  });

  test('prints the exact command and goes on where it may not install', () => {
    program('sudo', 'exit 1');
    program('apt-get');
    const result = run([], { RECTO_SETUP_SYSTEM: '0' });
    expect(result.status).toBe(0);
    expect(calls()).not.toContain('apt-get');
    expect(result.stdout).toContain(
      'sudo apt-get update -q && sudo apt-get install -y --no-install-recommends libreoffice-writer',
    );
    expect(result.stdout).toContain('Office files cannot be converted until then');
  });

  test('does not repeat an installation that failed a moment ago', () => {
    program('sudo', 'if [ "$2" = true ]; then exit 0; fi\nshift\n"$@"');
    program('apt-get', 'exit 100');
    expect(run().stdout).toContain('could not install LibreOffice');
    const before = calls().match(/apt-get install/g);
    const second = run();
    expect(second.status).toBe(0);
    expect(calls().match(/apt-get install/g)).toEqual(before);
    expect(second.stdout).toContain('to install LibreOffice');
  });

  test('says what to install on a machine without a package manager it knows', () => {
    const result = run(['--tests']);
    expect(result.status).toBe(0);
    expect(result.stdout).toContain('install LibreOffice, the Python bridge of LibreOffice, fonts, Chromium, ffmpeg');
  });

  test('fails for what is missing only where CI asks for it', () => {
    expect(run(['--require']).status).toBe(1);
    expect(run().status).toBe(0);
  });
});
