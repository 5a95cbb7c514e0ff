import { expect, test } from 'vitest';
import { dryCommands, shown, systemCommands } from './commands.ts';

const node = process.execPath;

test('a command is read, its last line feed left out', async () => {
  expect(await systemCommands.read(node, ['-e', 'console.log("a\\nb")'], 'assumed')).toBe('a\nb');
});

test('a value goes in by standard input', async () => {
  const check = 'process.stdin.on("data", (d) => process.exit(String(d) === "secret" ? 0 : 3))';
  await systemCommands.run(node, ['-e', check], { input: 'secret' });
  await expect(systemCommands.run(node, ['-e', check], { input: 'other' })).rejects.toThrow('failed with 3');
});

test('a command that fails is named with what it complained about', async () => {
  await expect(systemCommands.read(node, ['-e', 'console.error("no access"); process.exit(2)'], '')).rejects.toThrow(
    /failed with 2:[\s\S]*no access/,
  );
  expect(await systemCommands.succeeds(node, ['-e', 'process.exit(1)'])).toBe(false);
});

test('a program that is not there is named', async () => {
  await expect(systemCommands.run('no-such-program', [])).rejects.toThrow('no-such-program is not installed');
});

test('a dry run shows commands as a shell would take them, and no input', async () => {
  const lines: string[] = [];
  const commands = dryCommands((line) => lines.push(line));
  await commands.run('gcloud', ['a', "it's"], { input: 'secret' });
  expect(await commands.read('gcloud', ['b'], 'assumed')).toBe('assumed');
  expect(await commands.succeeds('gcloud', ['c'])).toBe(false);
  expect(lines).toEqual(["gcloud a 'it'\\''s' < (a value that is not shown)", 'gcloud b', 'gcloud c']);
  expect(shown('a', ['--format=value(x)'])).toBe("a '--format=value(x)'");
});
