import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { validate } from './validate.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'recto-validate-'));
  for (const dir of ['out/stacks/storage', 'out/stacks/kms', 'bin', 'plugins/registry.terraform.io/hashicorp/google'])
    mkdirSync(path.join(home, dir), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A Terraform that notes its calls, and dislikes a stack. */
function terraform(dislikes = 'none'): Record<string, string> {
  const body = `#!/bin/sh\necho "$*" >> "${home}/calls"\ncase "$*" in *stacks/${dislikes}*validate*) echo 'no such argument' >&2; exit 1;; esac\n`;
  writeFileSync(path.join(home, 'bin/terraform'), body, { mode: 0o755 });
  return { PATH: path.join(home, 'bin'), TF_PLUGIN_DIR: path.join(home, 'plugins') };
}

test('without providers it says that it was not run, and why', () => {
  const { TF_PLUGIN_DIR, ...env } = terraform();
  expect(TF_PLUGIN_DIR).toBeDefined();
  expect(validate(path.join(home, 'out'), env)).toEqual({
    ran: false,
    ok: true,
    lines: ['terraform validate: not run: TF_PLUGIN_DIR names no folder of providers'],
  });
  rmSync(path.join(home, 'plugins/registry.terraform.io'), { recursive: true });
  expect(validate(path.join(home, 'out'), terraform()).lines[0]).toMatch(/not run: .* has no .*hashicorp\/google/);
});

test('without Terraform as well', () => {
  const { lines } = validate(path.join(home, 'out'), { ...terraform(), PATH: path.join(home, 'nowhere') });
  expect(lines).toEqual(['terraform validate: not run: there is no terraform']);
});

test('every stack is looked at, with the providers of the folder', () => {
  expect(validate(path.join(home, 'out'), terraform())).toMatchObject({ ran: true, ok: true });
  const calls = readFileSync(path.join(home, 'calls'), 'utf8');
  for (const stack of ['storage', 'kms']) {
    expect(calls).toMatch(new RegExp(`stacks/${stack} init -backend=false .*-plugin-dir=${home}/plugins`));
    expect(calls).toContain(`stacks/${stack} validate`);
  }
});

test('what Terraform dislikes is told with its stack', () => {
  expect(validate(path.join(home, 'out'), terraform('kms'))).toEqual({
    ran: true,
    ok: false,
    lines: ['kms: no such argument'],
  });
});
